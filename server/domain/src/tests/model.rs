//! What a client does with updates, written down once more, independently of the rules: the reference for the property test.

use houselights_shared::{
    CalledCue, CrewMember, CrewView, ParticipantId, Phase, SNAPSHOT_MESSAGES, Scene, Seq, Snapshot, Update, UpdateBody,
};

pub(super) fn empty(like: &Snapshot) -> Snapshot {
    Snapshot {
        room: like.room,
        seq: Seq::START,
        title: like.title.clone(),
        phase: Phase::Rehearsal,
        on_stage: Vec::new(),
        program: Scene::default(),
        chat: Vec::new(),
        crew: like.crew.as_ref().map(|_| CrewView::default()),
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

pub(super) fn apply(held: &mut Snapshot, update: &Update) {
    assert_eq!(update.seq, held.seq.next(), "gapless");
    held.seq = update.seq;
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
        UpdateBody::MessageSent { message } => {
            held.chat.push(message.clone());
            if held.chat.len() > SNAPSHOT_MESSAGES {
                held.chat.remove(0);
            }
        }
        UpdateBody::MessageRemoved { message } => held.chat.retain(|said| said.id != *message),
        UpdateBody::Hidden => {}
        UpdateBody::Unknown => panic!("the rules know all their updates"),
    }
}
