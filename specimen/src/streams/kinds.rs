//! The kinds of streams: who films what, with which camera, and what goes wrong.

use kyc_core::document_type::DocumentType;
use kyc_core::side::Side;

use super::sheets::Subject;

/// What disturbs a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// A steady hand.
    None,
    /// A hand that trembles strongly.
    Trembling,
    /// The lens hunts for its focus for the first two seconds, and shortly again later.
    FocusHunting,
    /// Slightly out of focus all the time.
    SlightBlur,
    /// A reflection wanders over the document and leaves it after two seconds.
    Glare,
    /// Little light.
    Dim,
    /// A light document on a light surface.
    LightOnLight,
    /// Held upside down.
    UpsideDown,
    /// Turned by a quarter.
    Turned,
    /// Fingers lie over an edge for the first two seconds.
    Fingers,
    /// The document is slanted for the first two seconds.
    Slanted,
    /// Too far away for the first two seconds.
    Far,
    /// Too far to one side for the first two seconds.
    Aside,
    /// The models arrive after three seconds.
    LateModels,
}

/// What the stream's subject needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is the expected side: it is captured.
    Capture,
    /// Nothing is shown.
    Document,
    /// The passport is to be opened at its photo page.
    PhotoPage,
    /// An identity document is to be shown.
    IdentityDocument,
    /// The document is to be turned over.
    OtherSide,
    /// Another document is to be shown.
    OtherDocument,
    /// The MRZ is to be shown.
    Mrz,
}

/// A kind of stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamKind {
    /// Name for reports.
    pub name: &'static str,
    /// Width and height of the frames, pixels.
    pub size: (u32, u32),
    /// Frames per second.
    pub fps: f64,
    /// The side that the flow asks for.
    pub side: Side,
    /// The document that the flow asks for.
    pub document: DocumentType,
    /// What is shown.
    pub subject: Subject,
    /// What goes wrong.
    pub disturbance: Disturbance,
    /// What the subject needs.
    pub need: Need,
}

impl StreamKind {
    /// Returns whether the stream ends with a capture.
    pub fn is_good(&self) -> bool {
        self.need == Need::Capture
    }

    /// How long the stream is played, ms.
    pub fn duration_ms(&self) -> f64 {
        if self.is_good() { 9_000.0 } else { 11_000.0 }
    }
}

const LANDSCAPE: (u32, u32) = (1280, 720);
const PORTRAIT: (u32, u32) = (720, 1280);
const FULL: (u32, u32) = (1920, 1080);
const FULL_PORTRAIT: (u32, u32) = (1080, 1920);
const VGA: (u32, u32) = (640, 480);
const VGA_PORTRAIT: (u32, u32) = (480, 640);

/// Returns every kind.
#[rustfmt::skip]
pub fn kinds() -> Vec<StreamKind> {
    use Disturbance as D;
    use DocumentType::{DriverLicense as Licence, IdentificationCard as Card, Passport};
    use Side::{Back, Front};
    use Subject as S;
    let kind = |name, size, fps, side, document, subject, disturbance, need| {
        StreamKind { name, size, fps, side, document, subject, disturbance, need }
    };
    let good = |name, size, fps, side, document, subject, disturbance| {
        kind(name, size, fps, side, document, subject, disturbance, Need::Capture)
    };
    let bad = |name, size, side, document, subject, need| {
        kind(name, size, 8.0, side, document, subject, D::None, need)
    };
    vec![
        good("passport, 1280×720", LANDSCAPE, 15.0, Front, Passport, S::Passport, D::None),
        good("passport, 720×1280", PORTRAIT, 15.0, Front, Passport, S::Passport, D::None),
        good("passport, 1920×1080", FULL, 10.0, Front, Passport, S::Passport, D::None),
        good("passport, 1080×1920", FULL_PORTRAIT, 10.0, Front, Passport, S::Passport, D::None),
        good("passport, 640×480, 30 fps", VGA, 30.0, Front, Passport, S::Passport, D::None),
        good("passport, 480×640", VGA_PORTRAIT, 15.0, Front, Passport, S::Passport, D::None),
        good("passport, 5 fps", LANDSCAPE, 5.0, Front, Passport, S::Passport, D::None),
        good("passport, trembling hand", LANDSCAPE, 15.0, Front, Passport, S::Passport, D::Trembling),
        good("passport, focus hunting", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::FocusHunting),
        good("passport, glare", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::Glare),
        good("passport, dim", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::Dim),
        good("passport, light on light", PORTRAIT, 10.0, Front, Passport, S::Passport, D::LightOnLight),
        good("passport, upside down", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::UpsideDown),
        good("passport, turned in portrait", PORTRAIT, 10.0, Front, Passport, S::Passport, D::Turned),
        good("passport, fingers", PORTRAIT, 10.0, Front, Passport, S::Passport, D::Fingers),
        good("passport, slanted at first", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::Slanted),
        good("passport, far at first", FULL_PORTRAIT, 8.0, Front, Passport, S::Passport, D::Far),
        good("passport, aside at first", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::Aside),
        good("passport, models late", LANDSCAPE, 10.0, Front, Passport, S::Passport, D::LateModels),
        good("booklet, 720×1280", PORTRAIT, 10.0, Front, Passport, S::Booklet, D::None),
        good("booklet, 1280×720", LANDSCAPE, 10.0, Front, Passport, S::Booklet, D::None),
        good("booklet, turned, 1280×720", LANDSCAPE, 10.0, Front, Passport, S::Booklet, D::Turned),
        good("booklet, glare", FULL_PORTRAIT, 8.0, Front, Passport, S::Booklet, D::Glare),
        good("booklet, slight blur", PORTRAIT, 10.0, Front, Passport, S::Booklet, D::SlightBlur),
        good("card front, 1280×720", LANDSCAPE, 15.0, Front, Card, S::CardFront, D::None),
        good("card front, 480×640", VGA_PORTRAIT, 15.0, Front, Card, S::CardFront, D::None),
        good("card front, upside down", PORTRAIT, 10.0, Front, Card, S::CardFront, D::UpsideDown),
        good("card front, two portraits", PORTRAIT, 10.0, Front, Card, S::CardFrontTwoPortraits, D::None),
        good("card front, models late", PORTRAIT, 10.0, Front, Card, S::CardFront, D::LateModels),
        good("card back, 640×480", VGA, 20.0, Back, Card, S::CardBack, D::None),
        good("card back, 1080×1920", FULL_PORTRAIT, 10.0, Back, Card, S::CardBack, D::None),
        good("card back, glare", PORTRAIT, 10.0, Back, Card, S::CardBack, D::Glare),
        good("card back, turned", PORTRAIT, 10.0, Back, Card, S::CardBack, D::Turned),
        good("licence front, 720×1280", PORTRAIT, 15.0, Front, Licence, S::LicenceFront, D::None),
        good("licence back, 1280×720", LANDSCAPE, 10.0, Back, Licence, S::LicenceBack, D::None),
        bad("nothing", LANDSCAPE, Front, Passport, S::Nothing, Need::Document),
        bad("passport: closed cover", PORTRAIT, Front, Passport, S::Cover, Need::PhotoPage),
        bad("passport: page of text", PORTRAIT, Front, Passport, S::TextPage, Need::PhotoPage),
        bad("passport: two portraits", LANDSCAPE, Front, Passport, S::TwoPortraits, Need::Mrz),
        bad("passport: MRZ covered", LANDSCAPE, Front, Passport, S::CoveredMrz, Need::Mrz),
        bad("passport: bank card", LANDSCAPE, Front, Passport, S::BankCard, Need::IdentityDocument),
        bad("passport: card front", PORTRAIT, Front, Passport, S::CardFront, Need::OtherDocument),
        bad("passport: card back", LANDSCAPE, Front, Passport, S::CardBack, Need::OtherDocument),
        bad("card front: bank card", PORTRAIT, Front, Card, S::BankCard, Need::IdentityDocument),
        bad("card front: its back", LANDSCAPE, Front, Card, S::CardBack, Need::OtherSide),
        bad("card front: passport", PORTRAIT, Front, Card, S::Passport, Need::OtherDocument),
        bad("card front: page of text", LANDSCAPE, Front, Card, S::TextPage, Need::IdentityDocument),
        bad("card back: its front", PORTRAIT, Back, Card, S::CardFront, Need::OtherSide),
        bad("card back: bank card", LANDSCAPE, Back, Card, S::BankCard, Need::IdentityDocument),
        bad("licence front: bank card", LANDSCAPE, Front, Licence, S::BankCard, Need::IdentityDocument),
    ]
}
