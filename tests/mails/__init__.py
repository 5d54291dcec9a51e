"""Every mail of Maillage as it leaves: collected, judged by rules, and painted to be looked at."""
