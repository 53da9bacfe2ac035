"""EDSL asks `count` prompts: ADDRESS COUNT AT_ONCE FOLDER; prints seconds. A rerun is cached.

How many requests are in flight is EDSL's own affair: its ceilings per minute are set as high as they go.
"""

import os
import sys
import time

address, count, at_once, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.chdir(folder)
os.environ |= {"HOME": folder, "OPENAI_BASE_URL": address, "OPENAI_API_KEY": "none"}
os.environ |= {"EDSL_SERVICE_RPM_OPENAI": "100000000", "EDSL_SERVICE_TPM_OPENAI": "100000000000"}
os.environ |= {"EDSL_DATABASE_PATH": f"sqlite:///{folder}/edsl.db"}

from edsl import Cache, Model, QuestionFreeText, Scenario, Survey  # noqa: E402

kept = os.path.join(folder, "cache.jsonl")
cache = Cache.from_jsonl(kept) if os.path.exists(kept) else Cache()


def ask(numbers: range) -> float:
    """Ask questions; seconds it took."""
    question = QuestionFreeText(question_name="any", question_text="question {{ scenario.number }} " + "x" * 500)
    scenarios = [Scenario({"number": number}) for number in numbers]
    jobs = Survey([question]).by(scenarios).by(Model("gpt-4o-mini", service_name="openai", max_tokens=24))
    started = time.perf_counter()
    results = jobs.run(
        cache=cache, disable_remote_inference=True, disable_remote_cache=True, progress_bar=False,
        stop_on_exception=True,
    )  # fmt: skip
    if any(each is None for each in results.select("answer.any").to_list()) or len(results) != len(numbers):
        sys.exit("EDSL did not answer every question")
    return time.perf_counter() - started


ask(range(-1, 0))  # loads what is needed
print(ask(range(count)))
cache.write_jsonl(kept)
