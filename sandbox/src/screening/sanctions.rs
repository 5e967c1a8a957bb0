//! The list that names are screened against: inventions, for want of a real list that may be shipped. An entry is
//! written as its bearer would write it; [`super::normalise`] makes it comparable.

/// A name on the list: family names first, then given names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Family names.
    pub family: &'static str,
    /// Given names.
    pub given: &'static str,
}

/// Fictional persons. Any likeness is chance.
pub const SANCTIONED: &[Listed] = &[
    Listed { family: "Vorkhalevskiy", given: "Zdrobislav" },
    Listed { family: "Қараторғайұлы", given: "Бөрібатыр" },
    Listed { family: "Œhmünster-Straßfeld", given: "Gürlinde" },
    Listed { family: "Щебнедрóвкин", given: "Ефстафьян" },
    Listed { family: "Blackthorne", given: "Obadiah Mordecai" },
    Listed { family: "Quintanegra Piedrafría", given: "Íñigo" },
];
