//! The kinds of flow and their verdicts.

use serde::Serialize;

use crate::codes::codes;

codes! {
    /// The purpose of a flow.
    FlowKind {
        /// Identity verification: consent, a document, the face.
        Idv = "idv",
        /// Identity authentication: the face alone, compared with a known identity.
        Ida = "ida",
    }
}

/// The outcome of the flow: `verified` and `onSanctionList` of `idv`, `authenticated` of `ida`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Outcome {
    /// The verdict of [`FlowKind::Idv`].
    Verification {
        /// Whether the identity is verified.
        verified: bool,
        /// Whether the name is on a sanctions list.
        on_sanction_list: bool,
    },
    /// The verdict of [`FlowKind::Ida`].
    Authentication {
        /// Whether the face matches the identity.
        authenticated: bool,
    },
}
