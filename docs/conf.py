"""How Sphinx builds the site; `docs/build.py` gathers the pages and calls it."""

project = "beliefsim"
author = copyright = "The beliefsim authors"
html_title = "beliefsim"
language = "en"
default_role = "literal"  # `name` in a docstring

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
exclude_patterns = ["README.md"]

# The notebooks were executed by `beliefsim reproduce`; here they are only shown.
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # the default fetches scripts from the network
nb_merge_streams = True
myst_heading_anchors = 3
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type", "ref.python"]  # a type such as `arm` is no reference

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # types stand in the docstrings
add_module_names = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_static_path = ["site.css", "site.js"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"sidebar_hide_name": False}
pygments_style = "a11y-high-contrast-light"  # readable to everybody (WCAG AA)
pygments_dark_style = "a11y-high-contrast-dark"
