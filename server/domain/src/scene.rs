//! A scene: which ones there can be, and how one becomes another.

use std::collections::HashSet;

use houselights_shared::{Layout, ParticipantId, Refusal, Scene, SceneEdit};

use crate::backstage::Crew;

/// Whether it is a known layout, with no more seats than that has.
pub(crate) fn is_divided(scene: &Scene) -> bool {
    let known_layout = match scene.layout {
        Layout::Solo | Layout::SideBySide | Layout::Grid => true,
        Layout::Unknown => false,
    };
    known_layout && scene.seats.len() <= scene.layout.seats()
}

/// The known layouts' seats hold people who are in, each once.
pub(crate) fn validate(scene: &Scene, crew: &Crew) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    let proper = is_divided(scene) && scene.seats.iter().flatten().all(|who| seen.insert(*who) && crew.member(*who).is_some());
    if proper { Ok(()) } else { Err(Refusal::SceneInvalid) }
}

/// Their seat stays, empty: nobody else moves.
pub(crate) fn unseat(scene: &mut Scene, who: ParticipantId) {
    for seat in &mut scene.seats {
        if *seat == Some(who) {
            *seat = None;
        }
    }
}

/// The scene with `who` on its first free seat. Where no seat is free the picture is divided further: whoever comes on stage
/// is seen.
pub(crate) fn seated(scene: &Scene, who: ParticipantId) -> Scene {
    let mut scene = scene.clone();
    if let Some(seat) = scene.seats.iter_mut().find(|seat| seat.is_none()) {
        *seat = Some(who);
        return scene;
    }
    scene.seats.push(Some(who));
    while scene.seats.len() > scene.layout.seats() {
        scene.layout = match scene.layout {
            Layout::Solo => Layout::SideBySide,
            Layout::SideBySide | Layout::Grid | Layout::Unknown => {
                scene.layout = Layout::Grid;
                break;
            }
        };
    }
    scene
}

/// The same people in another layout, as many as it seats.
pub(crate) fn edited_to(scene: &Scene, layout: Layout) -> Result<Scene, Refusal> {
    edited(scene, SceneEdit::Divide { layout })
}

/// The scene in another layout for these people, nobody twice. Who of them, and whom else `stays` names, sits already keeps the order; the rest
/// follows. Where not all have a seat, it is the others who have none.
pub(crate) fn seated_for(
    scene: &Scene,
    layout: Layout,
    cast: &[ParticipantId],
    stays: impl Fn(ParticipantId) -> bool,
) -> Scene {
    let sitting = scene.seats.iter().flatten().copied().filter(|who| cast.contains(who) || stays(*who));
    let mut people: Vec<_> = sitting.collect();
    for who in cast {
        if !people.contains(who) {
            people.push(*who);
        }
    }
    while people.len() > layout.seats() {
        let other = people.iter().rposition(|who| !cast.contains(who));
        people.remove(other.unwrap_or(people.len() - 1));
    }
    Scene { layout, seats: people.into_iter().map(Some).collect() }
}

/// The scene after a change of it. Whether it is one that can be is for [`validate`].
pub(crate) fn edited(scene: &Scene, edit: SceneEdit) -> Result<Scene, Refusal> {
    let mut scene = scene.clone();
    match edit {
        SceneEdit::Divide { layout } => {
            scene.seats.retain(Option::is_some);
            scene.seats.truncate(layout.seats());
            scene.layout = layout;
        }
        SceneEdit::Seat { seat, participant } => put(&mut scene, seat.into(), participant)?,
        SceneEdit::Empty { seat } => {
            if let Some(place) = scene.seats.get_mut(usize::from(seat)) {
                *place = None;
            }
        }
        SceneEdit::Add { participant } if scene.seats.contains(&Some(participant)) => {}
        SceneEdit::Add { participant } => {
            let free = scene.seats.iter().position(Option::is_none);
            let last = scene.layout.seats().saturating_sub(1).min(scene.seats.len());
            put(&mut scene, free.unwrap_or(last), participant)?;
        }
        SceneEdit::Remove { participant } => unseat(&mut scene, participant),
        SceneEdit::Unknown => return Err(Refusal::SceneInvalid),
    }
    // Empty seats at the end are none.
    while let Some(None) = scene.seats.last() {
        scene.seats.pop();
    }
    Ok(scene)
}

/// Puts someone on a seat. Who sat elsewhere changes places with who sat there.
fn put(scene: &mut Scene, seat: usize, who: ParticipantId) -> Result<(), Refusal> {
    if seat >= scene.layout.seats() {
        return Err(Refusal::SceneInvalid);
    }
    if scene.seats.len() <= seat {
        scene.seats.resize(seat + 1, None);
    }
    let displaced = scene.seats.get(seat).copied().flatten();
    if let Some(before) = scene.seats.iter_mut().find(|place| **place == Some(who)) {
        *before = displaced;
    }
    if let Some(place) = scene.seats.get_mut(seat) {
        *place = Some(who);
    }
    Ok(())
}
