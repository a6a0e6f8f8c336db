"""The door for browsers: views, forms, templates. It calls verbs, asks questions, and speaks the officer's language."""
