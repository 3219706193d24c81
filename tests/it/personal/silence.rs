//! What a server says of itself while people are entered and looked at holds none of it.
