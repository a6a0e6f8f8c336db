"""Letters of others that this node carries as a hub: sealed, bounded, and gone as soon as their addressee has them."""
