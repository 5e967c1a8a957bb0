//! Writes the package's TypeScript types from the Rust types: `cargo xtask types [--check]`.

mod typescript;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use typescript::{Module, T};

fn main() -> ExitCode {
    let check = env::args().skip(1).any(|argument| argument == "--check");
    match run(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/src/generated");
    let modules = modules();
    let mut differing = Vec::new();
    for module in &modules {
        let path = folder.join(module.name).with_extension("ts");
        let text = module.print(&modules)?;
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        if check {
            differing.push(format!("generated/{}.ts", module.name));
        } else {
            write(&path, &text)?;
        }
    }
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("{} differ from the Rust types; run `cargo xtask types`", differing.join(", ")))
}

fn write(path: &PathBuf, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|e| format!("{}: {e}", path.display()))
}

/// Every generated file. A type that is referred to must be listed, here or in an imported module.
fn modules() -> Vec<Module> {
    vec![
        idv(),
        kyc(),
        settings(),
        organization(),
        idngo(),
        codes(),
        thresholds(),
        geometry(),
        documents(),
        results(),
        flow(),
    ]
}

fn idv() -> Module {
    use kyc_capture::api::kyc::enums::*;
    use kyc_capture::api::kyc::idv::*;
    use kyc_capture::api::kyc::idv_lists::*;
    use kyc_capture::api::kyc::lists::*;
    Module::new("idv", "Requests and replies of KYC API 2.10.15: IDV.", &[])
        .alias("/** A free JSON object. */\nexport type JsonObject = Record<string, unknown>;")
        .wire::<DocumentType>()
        .wire::<SessionStatus>()
        .wire::<LivenessMode>()
        .wire::<Gender>()
        .wire::<CheckStatus>()
        .wire::<DataSource>()
        .wire::<TestWord>()
        .wire::<StorageFileType>()
        .wire::<LocationCaptureType>()
        .wire::<OneOrMany>()
        .wire::<Counts>()
        .wire::<StatusCounts>()
        .wire::<SessionCreateRequest>()
        .wire::<SessionCreateReply>()
        .wire::<SessionReadRequest>()
        .wire::<SessionReadReply>()
        .wire::<DocumentReadRequest>()
        .wire::<DocumentReadReply>()
        .wire::<SessionTestReadRequest>()
        .wire::<SessionTestReadReply>()
        .wire::<SessionListRequest>()
        .wire::<SessionListReply>()
        .wire::<SessionSummary>()
        .wire::<SessionDeleteRequest>()
        .wire::<SessionAnonymizeRequest>()
        .wire::<LocationReadRequest>()
        .wire::<LocationReadReply>()
        .wire::<DocumentListRequest>()
        .wire::<DocumentListReply>()
        .wire::<DocumentDownloadRequest>()
}

fn kyc() -> Module {
    use kyc_capture::api::kyc::ida::*;
    use kyc_capture::api::kyc::identity::*;
    use kyc_capture::api::kyc::oauth::TokenReply;
    use kyc_capture::api::kyc::webhook::*;
    Module::new("kyc", "Requests and replies of KYC API 2.10.15: IDA, identities, webhooks, OAuth.", &["idv"])
        .wire::<IdaSessionCreateRequest>()
        .wire::<IdaSessionCreateReply>()
        .wire::<IdaSessionReadRequest>()
        .wire::<IdaSessionReadReply>()
        .wire::<IdaSessionListRequest>()
        .wire::<IdaSessionListReply>()
        .wire::<IdaSessionSummary>()
        .wire::<IdaSessionDeleteRequest>()
        .wire::<IdaDocumentDownloadRequest>()
        .wire::<IdentityListRequest>()
        .wire::<IdentityListReply>()
        .wire::<Identity>()
        .wire::<IdentityReadRequest>()
        .extending::<IdentityReadReply>("Partial<Identity>")
        .wire::<IdentityAnonymizeRequest>()
        .wire::<IdentityStatusRequest>()
        .wire::<IdentityStatusReply>()
        .wire::<IdentityDocumentReadRequest>()
        .wire::<IdentityDocumentReadReply>()
        .wire::<IdentityImageReadRequest>()
        .wire::<WebhookCreateRequest>()
        .wire::<WebhookListRequest>()
        .wire::<WebhookListReply>()
        .wire::<Webhook>()
        .wire::<WebhookStatistics>()
        .wire::<DeliveryCounts>()
        .wire::<WebhookDeleteRequest>()
        .wire::<TokenReply>()
}

fn settings() -> Module {
    use kyc_capture::api::kyc::requirements::*;
    use kyc_capture::api::kyc::utility::*;
    use kyc_capture::api::kyc::weights::*;
    Module::new("settings", "Requests and replies of KYC API 2.10.15: requirements, weights, Utility.", &["idv"])
        .wire::<RequirementsQuery>()
        .wire::<RequirementsReply>()
        .read::<Requirements>()
        .wire::<WeightsQuery>()
        .written::<WeightValues>()
        .extending::<WeightsUpdateRequest>("WeightValues")
        .extending::<WeightsReply>("WeightValues")
        .wire::<RootReply>()
        .wire::<PingReply>()
        .wire::<StatusReply>()
        .wire::<MetricsReply>()
        .wire::<SystemMetrics>()
        .wire::<EnvironmentMetrics>()
        .wire::<LiveReply>()
        .wire::<ReadyReply>()
        .wire::<HealthzReply>()
        .wire::<HealthReply>()
        .wire::<VersionReply>()
}

fn organization() -> Module {
    use kyc_capture::api::biometric::gbdfl::*;
    use kyc_capture::api::biometric::mrz::{MrzRetrieveReply, SessionStatus};
    use kyc_capture::api::biometric::persons::*;
    Module::new("organization", "Replies of Persons, GBDFL and MRZ.", &[])
        .wire::<PhotoType>()
        .wire::<AliasType>()
        .wire::<NewAlias>()
        .wire::<Alias>()
        .wire::<Photo>()
        .wire::<Person>()
        .wire::<GbdflStatus>()
        .wire::<FailureType>()
        .wire::<FailureDetail>()
        .wire::<FailureReason>()
        .wire::<Technology>()
        .wire::<SourceSession>()
        .wire::<Face2FaceResult>()
        .wire::<BirthPlace>()
        .wire::<SubjectDocument>()
        .wire::<RegistrationAddress>()
        .wire::<Subject>()
        .wire::<GbdflReply>()
        .wire::<SessionStatus>()
        .wire::<MrzRetrieveReply>()
}

fn idngo() -> Module {
    use kyc_capture::api::idngo::applicant::*;
    use kyc_capture::api::idngo::checks::*;
    use kyc_capture::api::idngo::enums::*;
    use kyc_capture::api::idngo::levels::*;
    use kyc_capture::api::idngo::timeline::*;
    Module::new("idngo", "Replies of IDnGO.", &[])
        .wire::<Answer>()
        .wire::<CheckType>()
        .wire::<MatchType>()
        .wire::<ReviewStatus>()
        .wire::<RejectType>()
        .wire::<Gender>()
        .wire::<ApplicantType>()
        .wire::<LevelType>()
        .wire::<ActionType>()
        .wire::<IdDocSetType>()
        .wire::<IdDocType>()
        .wire::<IdDocSubType>()
        .wire::<VideoRequired>()
        .wire::<CaptureMode>()
        .wire::<UploaderMode>()
        .wire::<Applicant>()
        .wire::<ApplicantInfo>()
        .wire::<Address>()
        .wire::<IdDoc>()
        .wire::<RequiredIdDocs>()
        .wire::<DocSet>()
        .wire::<DocSetField>()
        .wire::<Review>()
        .wire::<ReviewResult>()
        .wire::<SimilarApplicantsReply>()
        .wire::<SimilarApplicant>()
        .wire::<ChecksReply<T>>()
        .wire::<SimilarCheck>()
        .wire::<SimilarSearchInfo>()
        .wire::<DuplicateApplicantHit>()
        .wire::<TinCheck>()
        .extending::<ExtractedAddress>("Address")
        .wire::<LivenessCheck>()
        .wire::<LevelsReply>()
        .wire::<LevelList>()
        .wire::<Level>()
        .wire::<ApplicantInsightSettings>()
        .wire::<WebSdkLinkReply>()
        .wire::<StatusEmailReply>()
        .wire::<TimelineReply>()
        .wire::<TimelineItem>()
        .wire::<TrackingData>()
        .wire::<IpInfo>()
        .wire::<UserAgentInfo>()
}

fn codes() -> Module {
    use kyc_capture::api::errors::ApiErrorCode;
    use kyc_capture::core::check::{DocumentQualityCheck, FaceQualityCheck};
    use kyc_capture::core::document_type::DocumentType;
    use kyc_capture::core::error::CoreErrorCode;
    use kyc_capture::core::guidance::GuidanceCode;
    use kyc_capture::core::guide::GuideShape;
    use kyc_capture::core::inspect::checks::CheckCode;
    use kyc_capture::core::liveness::signals::SignalName;
    use kyc_capture::core::liveness::steps::ActiveStep;
    use kyc_capture::core::model_asset::ModelAsset;
    use kyc_capture::core::session::*;
    use kyc_capture::core::side::Side;
    use kyc_capture::core::warning::Warning;
    Module::new("codes", "The closed sets of codes that cross the boundary.", &[])
        .alias(
            "/** The code of a failure of the flow: of its own, of a request, or of the core. */\n\
             export type FlowErrorCode = FlowCode | ApiErrorCode | CoreErrorCode;",
        )
        .written::<Step>()
        .codes::<FlowKind>("FLOWS")
        .written::<Phase>()
        .codes::<DocumentType>("DOCUMENT_TYPES")
        .written::<Side>()
        .written::<Facing>()
        .codes::<ModelAsset>("MODELS")
        .written::<Recovery>()
        .codes::<Warning>("WARNINGS")
        .written::<LocationFailure>()
        .codes::<LocationPolicy>("LOCATION_POLICIES")
        .written::<CameraFailure>()
        .codes::<FlowCode>("FLOW_CODES")
        .codes::<ApiErrorCode>("API_CODES")
        .codes::<CoreErrorCode>("CORE_CODES")
        .written::<ActiveStep>()
        .written::<SignalName>()
        .codes::<GuidanceCode>("GUIDANCE_CODES")
        .written::<GuideShape>()
        .written::<LivenessMode>()
        .written::<LivenessCaptureMode>()
        .written::<CaptureSource>()
        .written::<Operation>()
        .written::<DocumentQualityCheck>()
        .written::<FaceQualityCheck>()
        .written::<CheckCode>()
}

fn thresholds() -> Module {
    use kyc_capture::core::thresholds::*;
    Module::new("thresholds", "Thresholds of guidance and automatic capture.", &[])
        .options::<DocumentThresholds>()
        .options::<FaceThresholds>()
        .options::<LivenessThresholds>()
        .options::<TimingThresholds>()
        .options::<Thresholds>()
        .ranges::<Thresholds>("THRESHOLD_RANGES")
}

fn geometry() -> Module {
    use kyc_capture::core::geometry::{Point, Quad, Rect};
    Module::new("geometry", "Points and rectangles, in pixels.", &[]).wire::<Point>().wire::<Quad>().wire::<Rect>()
}

fn documents() -> Module {
    use kyc_capture::core::barcode::aamva;
    use kyc_capture::core::date::Date;
    use kyc_capture::core::identifiers::IdentifierError;
    use kyc_capture::core::mrz::reading;
    use kyc_capture::core::mrz::{confusables, countries, dates, format, mrz_document, names, parse, personal_number};
    Module::new("documents", "What an MRZ or an AAMVA barcode holds.", &["geometry"])
        .wire::<Date>()
        .wire::<format::Format>()
        .wire::<format::FieldName>()
        .wire::<countries::State>()
        .wire::<names::Names>()
        .wire::<dates::MrzDate>()
        .wire::<parse::Sex>()
        .wire::<parse::OptionalData>()
        .wire::<IdentifierError>()
        .wire::<personal_number::PersonalNumberKind>()
        .wire::<personal_number::PersonalNumber>()
        .wire::<parse::Validity>()
        .wire::<parse::ChipKey>()
        .wire::<parse::CheckDigit>()
        .wire::<confusables::Correction>()
        .wire::<mrz_document::InferredChar>()
        .wire::<parse::ProblemCode>()
        .wire::<parse::Problem>()
        .wire::<parse::MrzDocument>()
        .written::<reading::MrzReading>()
        .wire::<aamva::Header>()
        .wire::<aamva::Country>()
        .written::<aamva::Issuer>()
        .wire::<aamva::CardKind>()
        .wire::<aamva::Truncation>()
        .written::<aamva::Name>()
        .written::<aamva::Address>()
        .wire::<aamva::Sex>()
        .wire::<aamva::Height>()
        .wire::<aamva::Weight>()
        .wire::<aamva::EyeColor>()
        .wire::<aamva::HairColor>()
        .wire::<aamva::Compliance>()
        .wire::<aamva::Element>()
        .wire::<aamva::Subfile>()
        .wire::<aamva::ProblemCode>()
        .wire::<aamva::Severity>()
        .wire::<aamva::Problem>()
        .written::<aamva::AamvaDocument>()
}

fn results() -> Module {
    use kyc_capture::core::assess::Assessment;
    use kyc_capture::core::capture::FaceAssessment;
    use kyc_capture::core::check::{Check, QualityCheck};
    use kyc_capture::core::document::{DocumentQuad, DocumentSize};
    use kyc_capture::core::encode::{EncodeOptions, OutputFormat};
    use kyc_capture::core::face::Face;
    use kyc_capture::core::inspect::checks::{CheckResult, DocumentCheck};
    use kyc_capture::core::inspect::{BarcodeReading, OrientationSource};
    use kyc_capture::core::liveness::{FaceQuality, Measure};
    use kyc_capture::core::recapture::RecaptureSignals;
    use kyc_capture::options::{AssessOptions, EncodedAs, InspectOptions};
    Module::new("results", "Results and options of the tools.", &["codes", "documents", "geometry", "thresholds"])
        .written::<QualityCheck>()
        .written::<Check>()
        .written::<CheckResult>()
        .written::<DocumentCheck>()
        .written::<Face>()
        .written::<Measure>()
        .written::<FaceQuality>()
        .written::<FaceAssessment>()
        .written::<DocumentSize>()
        .written::<DocumentQuad>()
        .written::<Assessment>()
        .written::<BarcodeReading>()
        .wire::<OrientationSource>()
        .written::<RecaptureSignals>()
        .wire::<OutputFormat>()
        .read::<EncodedAs>()
        .options::<EncodeOptions>()
        .options::<AssessOptions>()
        .options::<InspectOptions>()
}

fn flow() -> Module {
    use kyc_capture::core::guide::Guide;
    use kyc_capture::core::liveness::challenge::{ChallengeReport, ChallengeView, CompletedStep};
    use kyc_capture::core::liveness::signals::Signal;
    use kyc_capture::core::liveness::steps::PoseChange;
    use kyc_capture::core::session::*;
    use kyc_capture::options::CaptureInput;
    Module::new(
        "flow",
        "Events into the flow; view and effects out of it.",
        &["codes", "documents", "results", "thresholds"],
    )
    .written::<SharePoint>()
    .written::<ShareRect>()
    .written::<Guide>()
    .written::<Overlay>()
    .written::<ChallengeView>()
    .written::<ReviewDocument>()
    .written::<Review>()
    .written::<Progress>()
    .written::<Outcome>()
    .written::<FlowError>()
    .written::<View>()
    .options::<Event>()
    .written::<Signal>()
    .written::<PoseChange>()
    .written::<CompletedStep>()
    .written::<ChallengeReport>()
    .written::<LivenessReport>()
    .written::<CaptureReport>()
    .written::<Effect>()
    .written::<Update>()
    .options::<LivenessOptions>()
    .options::<CaptureInput>()
}
