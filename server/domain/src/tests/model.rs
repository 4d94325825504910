//! What a client does with updates, written down once more, independently of the rules: the reference for the property test.

use houselights_shared::{
    CalledCue, CrewMember, CrewView, EARLIER_TEXTS, Gone, Message, MessageId, ParticipantId, Phase, Poll, PollId, PollPhase,
    RoomRules, SNAPSHOT_MESSAGES, Sanctioned, Scene, Seq, Snapshot, Update, UpdateBody,
};

pub(super) fn empty(like: &Snapshot) -> Snapshot {
    Snapshot {
        room: like.room,
        seq: Seq::START,
        title: like.title.clone(),
        phase: Phase::Rehearsal,
        on_stage: Vec::new(),
        program: Scene::default(),
        overlay: None,
        chat: Vec::new(),
        pinned: None,
        announcement: None,
        rules: RoomRules::default(),
        questions: Vec::new(),
        polls: Vec::new(),
        crew: like.crew.as_ref().map(|crew| CrewView { control: crew.control, ..CrewView::default() }),
    }
}

fn without(members: &[CrewMember], who: ParticipantId) -> Vec<CrewMember> {
    members.iter().filter(|member| member.participant != who).cloned().collect()
}

fn vacate(scene: &Scene, who: ParticipantId) -> Scene {
    Scene { layout: scene.layout, seats: scene.seats.iter().map(|seat| seat.filter(|sitting| *sitting != who)).collect() }
}

fn crew_left(held: &mut Snapshot, who: ParticipantId) {
    held.on_stage = without(&held.on_stage, who);
    held.program = vacate(&held.program, who);
    if let Some(crew) = &mut held.crew {
        crew.backstage = without(&crew.backstage, who);
        crew.preview = vacate(&crew.preview, who);
    }
}

fn left_stage(held: &mut Snapshot, who: ParticipantId) {
    let member = held.on_stage.iter().find(|member| member.participant == who).cloned();
    held.on_stage = without(&held.on_stage, who);
    held.program = vacate(&held.program, who);
    if let (Some(crew), Some(member)) = (&mut held.crew, member) {
        crew.backstage.push(member);
    }
}

fn came_on_stage(held: &mut Snapshot, member: &CrewMember) {
    if let Some(crew) = &mut held.crew {
        crew.backstage = without(&crew.backstage, member.participant);
    }
    held.on_stage.push(member.clone());
}

fn crew(held: &mut Snapshot) -> &mut CrewView {
    held.crew.as_mut().expect("only the crew is told")
}

fn say(among: &mut Vec<Message>, message: &Message) {
    among.push(message.clone());
    if among.len() > SNAPSHOT_MESSAGES {
        among.remove(0);
    }
}

/// Its words stay for those who look after the chat.
fn go(among: &mut [Message], id: MessageId, gone: Gone, keeps_words: bool) {
    for said in among.iter_mut().filter(|said| said.id == id) {
        said.gone = Some(gone);
        if !keeps_words {
            said.text.clear();
            said.mentions.clear();
        }
    }
}

fn at(polls: &mut [Poll], id: PollId, change: impl FnOnce(&mut Poll)) {
    if let Some(poll) = polls.iter_mut().find(|poll| poll.id == id) {
        change(poll);
    }
}

#[expect(clippy::too_many_lines, reason = "one line or two an update")]
pub(super) fn apply(held: &mut Snapshot, update: &Update, looks_after: bool) {
    assert_eq!(update.seq, held.seq.next(), "gapless");
    held.seq = update.last();
    match &update.body {
        UpdateBody::CrewArrived { member } => {
            if let Some(crew) = &mut held.crew {
                crew.backstage.push(member.clone());
            }
        }
        UpdateBody::CrewLeft { participant } => crew_left(held, *participant),
        UpdateBody::SendingChanged { participant, sending, device, .. } => {
            let backstage = held.crew.iter_mut().flat_map(|crew| crew.backstage.iter_mut());
            for member in held.on_stage.iter_mut().chain(backstage).filter(|member| member.participant == *participant) {
                (member.sending, member.device) = (*sending, *device);
            }
        }
        UpdateBody::CameOnStage { member } => came_on_stage(held, member),
        UpdateBody::LeftStage { participant } => left_stage(held, *participant),
        UpdateBody::PreviewSet { scene } => {
            held.crew.as_mut().expect("only the crew is told").preview = scene.clone();
        }
        UpdateBody::ProgramSet { scene } => held.program = scene.clone(),
        UpdateBody::Taken { program } => {
            let old = std::mem::replace(&mut held.program, program.clone());
            if let Some(crew) = &mut held.crew {
                crew.preview = old;
            }
        }
        UpdateBody::RunOfShowSet { run_of_show } => {
            held.crew.as_mut().expect("only the crew is told").run_of_show = run_of_show.clone();
        }
        UpdateBody::CueCalled { cue } => {
            let crew = held.crew.as_mut().expect("only the crew is told");
            crew.called = Some(CalledCue { cue: *cue, at: update.at });
            crew.run_of_show.cues.retain(|planned| planned.id == *cue || !planned.dropped);
        }
        UpdateBody::CuesReset => {
            let crew = held.crew.as_mut().expect("only the crew is told");
            crew.called = None;
            crew.run_of_show.cues.retain(|planned| !planned.dropped);
        }
        UpdateBody::WentLive => held.phase = Phase::Live { since: update.at },
        UpdateBody::Ended { undo_until } => {
            let Phase::Live { since } = held.phase else { panic!("only what is live ends") };
            held.phase = Phase::Ended { since, at: update.at, undo_until: *undo_until };
        }
        UpdateBody::EndUndone => {
            let Phase::Ended { since, .. } = held.phase else { panic!("only what ended goes on") };
            held.phase = Phase::Live { since };
        }
        UpdateBody::MessageSent { message } => say(&mut held.chat, message),
        UpdateBody::MessageEdited { message, text, mentions } => {
            let pinned = held.pinned.iter_mut();
            for said in held.chat.iter_mut().chain(pinned).filter(|said| said.id == *message) {
                let earlier = std::mem::replace(&mut said.text, text.clone());
                said.mentions.clone_from(mentions);
                said.edited_at = Some(update.at);
                if looks_after {
                    said.earlier.push(earlier);
                    let (first, later) = said.earlier.split_first().expect("there is one");
                    let latest = later.iter().skip(later.len().saturating_sub(EARLIER_TEXTS - 1));
                    said.earlier = [first].into_iter().chain(latest).cloned().collect();
                }
            }
        }
        UpdateBody::MessageRemoved { message } => {
            let by = update.by.filter(|_| looks_after);
            go(&mut held.chat, *message, Gone { at: update.at, by, hidden: false }, looks_after);
        }
        UpdateBody::MessageHidden { message } => {
            go(&mut held.chat, *message, Gone { at: update.at, by: update.by, hidden: true }, true);
        }
        UpdateBody::MessageShown { message } => {
            for said in held.chat.iter_mut().filter(|said| said.id == message.id) {
                *said = message.clone();
            }
        }
        UpdateBody::MessagePinned { message } => held.pinned = Some(message.clone()),
        UpdateBody::Unpinned => held.pinned = None,
        UpdateBody::Announced { announcement } => held.announcement = Some(announcement.clone()),
        UpdateBody::AnnouncementEnded => held.announcement = None,
        UpdateBody::NoteSent { note } => say(&mut crew(held).notes, note),
        UpdateBody::NoteRemoved { note } => {
            go(&mut crew(held).notes, *note, Gone { at: update.at, by: None, hidden: false }, false);
        }
        UpdateBody::QuestionAsked { question } | UpdateBody::QuestionOpened { question } => {
            match held.questions.iter_mut().find(|known| known.id == question.id) {
                Some(known) => *known = question.clone(),
                None => held.questions.push(question.clone()),
            }
            held.questions.sort_by_key(|question| (question.at, question.id));
        }
        UpdateBody::QuestionSettled { question, standing, .. } => {
            for known in held.questions.iter_mut().filter(|known| known.id == *question) {
                known.standing = standing.clone();
            }
            held.questions.retain(|question| looks_after || question.standing.is_public());
        }
        UpdateBody::QuestionWithdrawn { question, .. } => held.questions.retain(|known| known.id != *question),
        UpdateBody::QuestionsCounted { counts } => {
            for count in counts {
                held.questions
                    .iter_mut()
                    .filter(|known| known.id == count.question)
                    .for_each(|known| known.votes = count.votes);
            }
        }
        UpdateBody::PollDrafted { poll } | UpdateBody::PollOpened { poll } => {
            match held.polls.iter_mut().find(|known| known.id == poll.id) {
                Some(known) => *known = poll.clone(),
                None => held.polls.push(poll.clone()),
            }
        }
        UpdateBody::PollDropped { poll } => {
            let was_draft = held.polls.iter().any(|known| known.id == *poll && known.phase == PollPhase::Draft);
            let planned = held.crew.iter_mut().flat_map(|crew| &mut crew.run_of_show.polls);
            planned.filter(|planned| planned.id == *poll && !was_draft).for_each(|planned| planned.asked = true);
            held.polls.retain(|known| known.id != *poll);
        }
        UpdateBody::PollCounted { poll, tally, .. } => at(&mut held.polls, *poll, |known| known.tally = Some(tally.clone())),
        UpdateBody::AnswerHidden { poll, answer } => at(&mut held.polls, *poll, |known| {
            known.hidden.push(answer.clone());
            known.hidden.sort_unstable();
        }),
        UpdateBody::AnswerShown { poll, answer } => {
            at(&mut held.polls, *poll, |known| known.hidden.retain(|hidden| hidden != answer));
        }
        UpdateBody::PollClosed { poll, tally, correct } => at(&mut held.polls, *poll, |known| {
            known.tally = Some(tally.clone());
            known.form.correct.clone_from(correct);
            known.phase = PollPhase::Closed { at: update.at };
        }),
        UpdateBody::PollReopened { poll } => at(&mut held.polls, poll.id, |known| *known = poll.clone()),
        UpdateBody::PollArchived { poll } if looks_after => at(&mut held.polls, *poll, |known| {
            let PollPhase::Closed { at } = known.phase else { panic!("only what is closed is archived") };
            known.phase = PollPhase::Archived { at };
        }),
        UpdateBody::PollArchived { poll } => held.polls.retain(|known| known.id != *poll),
        UpdateBody::OverlaySet { overlay } => held.overlay = *overlay,
        UpdateBody::HandRaised { hand } => {
            let hands = &mut crew(held).hands;
            match hands.iter_mut().find(|raised| raised.participant == hand.participant) {
                Some(raised) => *raised = hand.clone(),
                None => hands.push(hand.clone()),
            }
            hands.sort_by_key(|raised| raised.at);
        }
        UpdateBody::HandLowered { participant } => crew(held).hands.retain(|hand| hand.participant != *participant),
        UpdateBody::RulesSet { rules, before_stop } => {
            held.rules = rules.clone();
            if looks_after {
                crew(held).before_stop.clone_from(before_stop);
            }
        }
        UpdateBody::Sanctioned { sanctioned } => {
            let sanctions = &mut crew(held).sanctions;
            let key = |kept: &Sanctioned| (kept.participant, kept.sanction.kind());
            sanctions.retain(|kept| key(kept) != key(sanctioned));
            sanctions.push(sanctioned.clone());
            sanctions.sort_by_key(key);
        }
        UpdateBody::SanctionLifted { participant, kind } => {
            let ends = |kept: &Sanctioned| kind.is_none_or(|kind| kind == kept.sanction.kind());
            crew(held).sanctions.retain(|kept| kept.participant != *participant || !ends(kept));
        }
        UpdateBody::Reported { report } => crew(held).reports.push(report.clone()),
        UpdateBody::ReportSettled { report, .. } => crew(held).reports.retain(|known| known.id != *report),
        UpdateBody::ReportReopened { report } => {
            let reports = &mut crew(held).reports;
            reports.push(report.clone());
            reports.sort_by_key(|known| known.at);
        }
        UpdateBody::QuestionUpvoted { .. } | UpdateBody::PollVoted { .. } => panic!("nobody is told of a vote"),
        UpdateBody::Admitted { .. } | UpdateBody::Hidden { .. } => {}
        UpdateBody::Unknown => panic!("the rules know all their updates"),
    }
}
