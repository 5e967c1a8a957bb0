//! Enumerations of the wire. Each is open: a value that the document does not list is kept, not refused.

use crate::api::kyc::enums::open_enum;

open_enum! {
    /// What came of a check.
    Answer {
        /// Nothing to object.
        Green = "GREEN",
        /// Refused.
        Red = "RED",
        /// Something to look at.
        Yellow = "YELLOW",
        /// The check could not be run (face liveness alone).
        Error = "ERROR",
    }
}

open_enum! {
    /// `type` of *latest checks*.
    CheckType {
        /// Similar applicants.
        SimilarSearch = "SIMILAR_SEARCH",
        /// The taxpayer's number.
        Tin = "TIN",
        /// Face liveness.
        FaceLiveliness = "FACE_LIVELINESS",
    }
}

open_enum! {
    /// By what two applicants meet.
    MatchType {
        /// Data.
        Text = "text",
        /// The face.
        Image = "image",
    }
}

open_enum! {
    /// Status of an applicant's review.
    ReviewStatus {
        /// Documents are not all there.
        Init = "init",
        /// Everything is there and waits.
        Pending = "pending",
        /// The automatic part is done.
        Prechecked = "prechecked",
        /// A person will look at it.
        Queued = "queued",
        /// Decided.
        Completed = "completed",
        /// Waits for somebody outside.
        OnHold = "onHold",
    }
}

open_enum! {
    /// Whether a refused applicant may try again.
    RejectType {
        /// No.
        Final = "FINAL",
        /// Yes.
        Retry = "RETRY",
    }
}

open_enum! {
    /// Sex as documents have it.
    Gender {
        /// Male.
        Male = "M",
        /// Female.
        Female = "F",
    }
}

open_enum! {
    /// Who the applicant is.
    ApplicantType {
        /// A natural person.
        Individual = "individual",
        /// A legal entity.
        Company = "company",
    }
}

open_enum! {
    /// `type` of a level.
    LevelType {
        /// A check of its own.
        Standalone = "standalone",
        /// Additional actions.
        Actions = "actions",
        /// Liveness and comparison of faces alone.
        Module = "module",
    }
}

open_enum! {
    /// `actionType` of a level of type `actions`.
    ActionType {
        /// A means of payment.
        PaymentMethod = "paymentMethod",
        /// A face.
        FaceEnrollment = "faceEnrollment",
    }
}

open_enum! {
    /// A step of a level.
    IdDocSetType {
        /// A document of identity.
        Identity = "IDENTITY",
        /// The face.
        Selfie = "SELFIE",
        /// Where the applicant lives.
        ProofOfResidence = "PROOF_OF_RESIDENCE",
        /// Data that the applicant types.
        ApplicantData = "APPLICANT_DATA",
    }
}

open_enum! {
    /// A kind of document.
    IdDocType {
        /// A passport.
        Passport = "PASSPORT",
        /// An identity card.
        IdCard = "ID_CARD",
        /// A driving licence.
        Drivers = "DRIVERS",
        /// A residence permit.
        ResidencePermit = "RESIDENCE_PERMIT",
        /// The face: images or a video.
        Selfie = "SELFIE",
        /// A bill of a utility.
        UtilityBill = "UTILITY_BILL",
    }
}

open_enum! {
    /// A side of a document.
    IdDocSubType {
        /// The front.
        FrontSide = "FRONT_SIDE",
        /// The back.
        BackSide = "BACK_SIDE",
    }
}

open_enum! {
    /// How a step with a camera is done.
    VideoRequired {
        /// A photo of the face with the document.
        Disabled = "disabled",
        /// A photo taken by the camera.
        PhotoRequired = "photoRequired",
        /// A liveness check.
        PassiveLiveness = "passiveLiveness",
        /// The document is taken by the camera.
        Docapture = "docapture",
    }
}

open_enum! {
    /// Who presses the button of `docapture`.
    CaptureMode {
        /// Either way is allowed.
        ManualAndAuto = "manualAndAuto",
        /// The person.
        ManualOnly = "manualOnly",
    }
}

open_enum! {
    /// Whether a file is accepted instead of a photo taken by the camera.
    UploaderMode {
        /// Yes.
        Always = "always",
        /// No.
        Never = "never",
        /// Where there is no camera.
        Fallback = "fallback",
    }
}

/// `status` of *presence*. Closed: it is part of the request's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Presence {
    /// The profile is removed: it stays in the database and is passed over by the search for duplicates.
    #[default]
    Deactivated,
    /// The profile is active again.
    Activated,
}

impl Presence {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Deactivated, Self::Activated];

    /// The text in the path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::Activated => "activated",
        }
    }

    /// The presence of that text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|presence| presence.as_str() == text)
    }
}

/// `report` of *summary report*. Closed: it is part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportType {
    /// Of a natural person.
    Applicant,
    /// Of a legal entity.
    Company,
}

impl ReportType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Applicant, Self::Company];

    /// The text in the query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicantReport",
            Self::Company => "companyReport",
        }
    }

    /// The report of that text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|report| report.as_str() == text)
    }

    /// The report for an applicant of that type.
    pub fn for_applicant(kind: &ApplicantType) -> Self {
        if *kind == ApplicantType::Company { Self::Company } else { Self::Applicant }
    }
}
