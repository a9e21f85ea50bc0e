"""MCP servers as suppliers of tools: rows say what there is, processes that run turns have connections."""
