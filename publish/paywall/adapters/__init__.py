"""How requests come in: each adapter turns its server's shape into `http.Request` and back."""
