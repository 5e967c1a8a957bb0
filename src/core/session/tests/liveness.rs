//! The liveness step: modes, tokens, providers.

use super::*;
use crate::liveness::challenge::ChallengeView;

fn at_liveness() -> ServerState {
    ServerState { front_uploaded: true, ..record(PASSPORT) }
}

/// A flow at the liveness step that has just been given this token.
fn opened(record: ServerState, options: LivenessOptions, token: &str) -> Play {
    let mut play = Play::start(Session::new(&[]).with_liveness(options));
    play.ok(Operation::ReadSession, Reply::Session(record)).locate();
    play.ok(Operation::GenerateLiveness, Reply::LivenessOpened(token.into()));
    play
}

fn active() -> ServerState {
    ServerState { liveness_mode: Some(LivenessMode::PassiveActive), active_steps: Some(2), ..at_liveness() }
}

#[test]
fn mode_is_from_options_then_session_then_passive() {
    let passive = LivenessOptions { mode: Some(LivenessMode::Passive), ..Default::default() };
    let four =
        LivenessOptions { mode: Some(LivenessMode::PassiveActive), steps: Some(9), flash: true, ..Default::default() };
    let table = [
        (at_liveness(), LivenessOptions::default(), 0, false),
        (active(), LivenessOptions::default(), 2, false),
        (ServerState { active_steps: None, ..active() }, LivenessOptions::default(), 3, false),
        (active(), passive, 0, false),
        (at_liveness(), four, 4, true),
    ];
    for (record, options, steps, flash) in table {
        let play = opened(record, options, "t");
        let plan = play.session.liveness_plan();
        assert_eq!((plan.steps, plan.flash, plan.fallback, plan.token.as_str()), (steps, flash, false, "t"));
        assert_eq!(play.update.view.passive_available, steps > 0);
    }
}

#[test]
fn movements_can_be_skipped() {
    let mut play = opened(active(), LivenessOptions::default(), "t");
    play.open().is_at(Step::Liveness, Phase::Capturing);
    // The camera stays open: only the plan changes.
    play.event(Event::SkipActiveLiveness).is_at(Step::Liveness, Phase::Capturing).emits(&[]);
    let plan = play.session.liveness_plan();
    assert!(plan.steps == 0 && plan.fallback);
    assert!(!play.update.view.passive_available);
    // In passive liveness the event is ignored.
    let mut play = opened(at_liveness(), LivenessOptions::default(), "t");
    play.open().event(Event::SkipActiveLiveness);
    assert!(!play.session.liveness_plan().fallback);
}

#[test]
fn failed_challenge_is_repeated_with_new_token() {
    let mut play = opened(active(), LivenessOptions::default(), "first");
    play.open();
    let challenge = ChallengeView { step: None, done: 0, total: 2, progress: 0.0, remaining_ms: None, attempt: 3 };
    play.update = play.session.on_frame(FrameView { challenge: Some(challenge), ..FrameView::default() });
    assert!(!play.update.view.manual_available && play.update.view.challenge == Some(challenge));
    play.update = play.session.on_frame(FrameView { challenge_failed: true, ..FrameView::default() });
    play.is_at(Step::Liveness, Phase::Failed).error("challenge_failed", &[Recovery::Retry]);
    play.emits(&[Effect::CameraClose]);
    assert!(play.update.view.passive_available, "skipping the movements is offered");
    let mut passive = Play { session: play.session.clone(), now: play.now, update: play.update.clone() };
    play.event(Event::Retry).ok(Operation::GenerateLiveness, Reply::LivenessOpened("second".into()));
    play.is_at(Step::Liveness, Phase::CameraOpening);
    assert_eq!(play.session.liveness_plan().token, "second");
    passive.event(Event::SkipActiveLiveness).ok(Operation::GenerateLiveness, Reply::LivenessOpened("third".into()));
    assert!(passive.session.liveness_plan().fallback);
    // A retake also gets a new order of movements.
    play.open().capture(CaptureSource::Automatic, &[]).is_at(Step::Liveness, Phase::Review);
    play.event(Event::Retake);
    assert_eq!(play.requested().map(|(_, operation)| operation), Some(Operation::GenerateLiveness));
}

#[test]
fn other_provider_receives_token_and_completes_liveness() {
    let azure = ServerState { other_provider: Some("azure".into()), ..at_liveness() };
    let options = LivenessOptions { providers: vec!["azure".into()], ..Default::default() };
    let mut play = opened(azure, options, "a token");
    let provider = || Effect::LivenessProvider { provider: "azure".into(), token: "a token".into() };
    play.is_at(Step::Liveness, Phase::Provider).emits(&[provider()]);
    assert!(!play.update.view.upload_available);
    play.event(Event::ProviderFailed { message: "closed by the person".into() });
    play.is_at(Step::Liveness, Phase::Failed).error("liveness_provider_failed", &[Recovery::Retry]);
    play.event(Event::Retry).ok(Operation::GenerateLiveness, Reply::LivenessOpened("a token".into()));
    play.emits(&[provider()]);
    play.event(Event::ProviderDone).is_at(Step::Sending, Phase::Uploading);
    play.ok(Operation::ProcessLiveness, Reply::Done).ok(Operation::Finalize, Reply::Verdict(VERDICT));
    play.is_at(Step::Result, Phase::Done);
    // A repeated event is ignored.
    play.event(Event::ProviderDone).is_at(Step::Result, Phase::Done).emits(&[]);
}
