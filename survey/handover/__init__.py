"""From a concept to a document that may leave: who agreed to what, as plain values that only ever grow."""
