//! Whether an organization may use a technology: the refusals that all biometric documents share, word for word.

/// Shortest organization key: "its actual length is 47 or more characters".
pub const API_KEY_LENGTH: usize = 47;

/// The documented refusals of a technology that is not open, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessError {
    /// The subscription begins later.
    NotStarted,
    /// No subscription for the technology that is active or still to come.
    NoneForTechnology,
    /// No subscription at all.
    None,
}

impl AccessError {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NotStarted, Self::NoneForTechnology, Self::None];

    /// The documented HTTP status.
    pub const fn status(self) -> u16 {
        400
    }

    /// The documented text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotStarted => "Subscription has not started",
            Self::NoneForTechnology => "No active or future subscription for technology",
            Self::None => "Client does not have subscription",
        }
    }

    /// A stable code, which the documents do not have.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "subscription_not_started",
            Self::NoneForTechnology => "no_subscription_for_technology",
            Self::None => "no_subscription",
        }
    }
}
