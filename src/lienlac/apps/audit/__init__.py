"""The ledgers of this node: leaves commit with the deed; one sequencer gives them places and signs heads."""
