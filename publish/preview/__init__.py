"""The preview: the site on this machine while it is written.

`guard`, `paths` and `dress` are pure; `stage` holds what is shown; `app` is a WSGI application;
`server`, `watch` and `loop` run it.
"""
