//! Logs that were written elsewhere.

use houselights_shared::{CrewMember, CueId, Message, Sending};

use super::*;
use crate::Retelling;

fn told(bodies: &[UpdateBody]) -> Result<(), (usize, &'static str)> {
    let mut retelling = Retelling::default();
    for (place, body) in bodies.iter().enumerate() {
        let at = Timestamp::from_micros(1_000_000);
        let update = Update { room: room_id(), seq: Seq::new(place as u64 + 1), at, by: None, body: body.clone() };
        retelling.follow(&update).map_err(|why| (place, why))?;
    }
    Ok(())
}

fn member(number: u128, role: Role) -> CrewMember {
    let Actor { participant, name, role, .. } = actor(number, role);
    CrewMember { participant, name, role, sending: Sending::default(), device: None }
}

fn arrives(number: u128) -> UpdateBody {
    UpdateBody::CrewArrived { member: member(number, Role::Speaker) }
}

fn comes(number: u128) -> UpdateBody {
    UpdateBody::CameOnStage { member: member(number, Role::Speaker) }
}

#[test]
fn a_log_that_no_room_could_have_told_is_refused_where_it_goes_wrong() {
    let who = |number| actor(number, Role::Speaker);
    let leaves = |number| UpdateBody::LeftStage { participant: who(number).participant };
    let program = |layout, seats: &[Option<&Actor>]| UpdateBody::ProgramSet { scene: scene(layout, seats) };
    let preview = |layout, seats: &[Option<&Actor>]| UpdateBody::PreviewSet { scene: scene(layout, seats) };
    let said = UpdateBody::MessageSent {
        message: Message::new(
            command_id(1).into(),
            (who(1).participant, "A".to_owned(), Role::Attendee),
            Timestamp::from_micros(1),
            "x".to_owned(),
        ),
    };
    let (one, two) = (who(1), who(2));
    assert_eq!(told(&[arrives(1), comes(1), program(Layout::Solo, &[Some(&one)]), leaves(1)]), Ok(()));
    let ended = UpdateBody::Ended { undo_until: Timestamp::from_micros(2) };
    let wrong: Vec<Vec<UpdateBody>> = vec![
        vec![UpdateBody::Unknown],
        vec![comes(1)],
        vec![arrives(1), comes(1), arrives(1)],
        vec![UpdateBody::CrewArrived { member: member(1, Role::Attendee) }],
        vec![arrives(1), leaves(1)],
        vec![UpdateBody::CrewLeft { participant: one.participant }],
        vec![arrives(1), preview(Layout::Solo, &[Some(&two)])],
        vec![arrives(1), program(Layout::Solo, &[Some(&one)])],
        vec![arrives(1), preview(Layout::SideBySide, &[Some(&one), Some(&one)])],
        vec![arrives(1), arrives(2), preview(Layout::Solo, &[Some(&one), Some(&two)])],
        vec![arrives(1), preview(Layout::Unknown, &[Some(&one)])],
        vec![ended.clone()],
        vec![UpdateBody::EndUndone],
        vec![UpdateBody::WentLive, ended, UpdateBody::WentLive],
        vec![UpdateBody::CueCalled { cue: CueId::from_uuid(Uuid::from_u128(1)) }],
        vec![said.clone(), said],
        (0..10).map(arrives).chain((0..10).map(comes)).collect(),
    ];
    for log in wrong {
        let (place, why) = told(&log).expect_err("no room tells this");
        assert_eq!(place, log.len() - 1, "{why}: {log:?}");
    }
}

#[test]
fn a_log_with_a_gap_is_not_told_again() {
    let mut retelling = Retelling::default();
    let at = Timestamp::from_micros(1);
    let update = Update { room: room_id(), seq: Seq::new(2), at, by: None, body: UpdateBody::HIDDEN };
    assert!(retelling.follow(&update).is_err());
    assert_eq!(retelling.follow(&Update { seq: Seq::new(1), ..update.clone() }), Ok(()));
    assert_eq!(retelling.follow(&update), Ok(()));
}
