"""What is made of results: statistics, the paper's table with verdicts, fixed point against float."""
