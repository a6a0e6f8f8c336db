"""Who is on duty here, and the calls to other offices with what came of each."""
