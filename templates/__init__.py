"""The Jinja templates: pages for students and staff, the document, the mails."""
