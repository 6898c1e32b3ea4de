"""One server: the site's files and the service as one WSGI application under waitress."""
