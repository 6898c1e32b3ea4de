"""Engine settings for Pelican; a creator edits content/site.toml instead.

    pelican -s pelicanconf.py            builds content/ into output/
    pelican DIR -s pelicanconf.py -o OUT  builds another folder

Whichever way it is started, our Pelican class owns errors, staging, leak search and switch.
"""

import os

from plugins.engine.build import Inkstead
from plugins.engine.settings import default_content, pelican_settings

PELICAN_CLASS = Inkstead
INKSTEAD_PATH = str(default_content())
globals().update(pelican_settings(default_content()))
OUTPUT_PATH = os.environ.get("INKSTEAD_OUTPUT", "output")
