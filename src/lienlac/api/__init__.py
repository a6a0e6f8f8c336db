"""The door for the agency's own systems: typed JSON under /api/v1, with OpenAPI. The same verbs as the desk."""
