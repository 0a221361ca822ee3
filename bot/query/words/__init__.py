"""From words to a plan, one stage a file: tokens, times, what is asked, what exists, the best reading."""
