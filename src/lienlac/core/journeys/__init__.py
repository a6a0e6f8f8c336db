"""Journeys: the states each thing goes through, as tables (state, event) -> next state."""
