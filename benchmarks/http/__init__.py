"""Both packages behind a web server, with clients on raw sockets in a process of their own."""
