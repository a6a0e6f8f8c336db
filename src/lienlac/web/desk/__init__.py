"""The desk: what is open and due on this shift, and the note for the next one."""
