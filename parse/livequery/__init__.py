"""Live queries: Parse's protocol over a WebSocket at the mount. docs/live.md tells it to those who write clients."""
