"""Model Context Protocol at /mcp: what AI agents do here, with the token and the rights of one person."""
