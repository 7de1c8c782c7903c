"""How the platform is installed and run: `local` for `./run`, the other folders for servers."""
