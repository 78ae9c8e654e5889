"""Tables: built once (`lava_sleep.tables.table`), drawn on a terminal, in Markdown and in HTML."""
