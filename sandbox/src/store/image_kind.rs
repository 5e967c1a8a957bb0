//! What a stored image shows.

/// What an image shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The front of the document, or a passport's data page.
    Front,
    /// The back of the document.
    Back,
    /// A frame of the liveness capture.
    Liveness,
}

impl Kind {
    /// The stored word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Liveness => "liveness",
        }
    }
}
