"""Flow Service over HTTP: endpoints, JSON models, access tokens, transport, and typed errors."""
