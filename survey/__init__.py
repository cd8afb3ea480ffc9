"""Ask leaving students what is not arranged yet, score it, review it, and render the document."""
