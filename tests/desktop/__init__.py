"""The pages and questions of the desk over HTTP."""
