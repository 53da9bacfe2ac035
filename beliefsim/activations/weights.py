"""A real model's weights, dequantised: what it reads, token by token, with its keys and values."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..models.weights import find
from .cache import Array, Cache


class Weights:
    """A language model in this process, whose cache can be seen and changed.

    Parameters
    ----------
    model : str or Path
        A name of the catalogue (`beliefsim models`) whose weights are installed, or a path to a .gguf file.

    Raises
    ------
    ImportError
        Without the extra ``beliefsim[activations]``.
    FileNotFoundError
        Without the weights.

    Examples
    --------
    >>> weights = Weights("smollm2-135m-instruct")  # doctest: +SKIP
    """

    def __init__(self, model: str | Path = "smollm2-135m-instruct") -> None:
        try:
            import accelerate  # noqa: F401  (transformers asks for it when it reads GGUF)
            import gguf  # noqa: F401
            import torch
            import transformers
        except ImportError as error:
            raise ImportError(
                f"activations of a real model need {error.name}: install beliefsim[activations] "
                "(`make test-activations` does, in an environment of its own)"
            ) from error
        transformers.utils.logging.disable_progress_bar()
        path = find(model)
        here: dict[str, Any] = {"gguf_file": path.name, "local_files_only": True}
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, **here)
        self._model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **here).eval()
        self.base = float(self._model.config.rope_parameters["rope_theta"])

    def tokens(self, text: str) -> list[int]:
        """A text's tokens; chat marks within it are read as such."""
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def chat(self, messages: Sequence[tuple[str, str]]) -> str:
        """Messages, (role, text), as the model's template puts them, up to where its answer begins."""
        told = [{"role": role, "content": text} for role, text in messages]
        return str(self._tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True))

    def read(self, tokens: Sequence[int], before: Cache | None = None) -> tuple[Cache, Array]:
        """Read tokens after those of a cache; give the cache of all, and the logits of what comes next."""
        import torch
        from transformers import DynamicCache

        cache = DynamicCache(before and zip(*map(_tensors, (before.keys, before.values)), strict=True))
        with torch.inference_mode():
            read = self._model(torch.tensor([list(tokens)]), cache=cache, use_cache=True, logits_to_keep=1)
        keys, values = (
            np.stack([getattr(layer, name)[0].numpy() for layer in cache.layers]) for name in ("keys", "values")
        )
        return Cache(keys, values), read.logits[0, -1].numpy()


def _tensors(layers: Array) -> list[Any]:
    """A batch of one per layer."""
    import torch

    return [torch.from_numpy(np.ascontiguousarray(each))[None] for each in layers]
