"""An invented sales team and its work, for trying Parsley out and for measuring it. Run by ``manage.py demo``."""
