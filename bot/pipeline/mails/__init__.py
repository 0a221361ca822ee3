"""E-mails about issues: drafted by rules, checked, approved by a person, sent once."""
