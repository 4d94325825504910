//! What was done to keep a room in order, found in steps of its log.

use std::sync::Arc;

use houselights_domain::{Entry, View};
use houselights_shared::{
    AskedId, AuditEntry, CommandId, CrewMember, Message, MessageId, ParticipantId, PollId, Question, RaisedHand, Report,
    ReportTarget, Role, RoomId, RoomRules, Sanction, SanctionKind, Sanctioned, Sending, Seq, Standing, Timestamp, Update,
    UpdateBody,
};

use super::{Database, NOW, Store, cluster, event, open};

on_both! {
    a_page_costs_no_more_however_much_else_happened_and_they_lead_to_the_first_act,
    what_was_done_is_told_oldest_first_without_an_end,
    what_its_author_removed_is_nobodys_act,
    what_is_reported_of_the_crew_is_told_to_those_alone_who_call_the_show,
    a_ban_that_nobody_of_the_room_lifted_is_told_and_no_time_out_that_ran_out,
    what_is_done_with_questions_polls_and_hands_is_told_once_and_nothing_that_is_ones_own,
}

fn update(room: RoomId, seq: u64, by: ParticipantId, body: UpdateBody) -> Entry {
    Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by: Some(by), body }), command: None }
}

fn seqs(entries: &[AuditEntry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.update.seq.number()).collect()
}

async fn a_page_costs_no_more_however_much_else_happened_and_they_lead_to_the_first_act(store: Store) {
    let (room, mo) = (event(&store).await.room, ParticipantId::random());
    let acts = [1, 2, 3, 25_000, 25_002];
    let body = |seq| if acts.contains(&seq) { UpdateBody::Unpinned } else { UpdateBody::HIDDEN };
    let log: Vec<_> = (1..=25_002).map(|seq| update(room, seq, mo, body(seq))).collect();
    for some in log.chunks(5_000) {
        store.append(some).await.unwrap();
    }
    let (mut pages, mut before) = (Vec::new(), None);
    loop {
        let page = store.audit(room, View::Control, before, 2).await.unwrap();
        assert_eq!(page.more, page.before.is_some());
        pages.push(seqs(&page.entries));
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages.concat(), [25_002, 25_000, 3, 2, 1], "each once");
    assert!(pages.iter().all(|page| page.len() <= 2));
    let in_vain = pages.iter().filter(|page| page.is_empty()).count();
    assert_eq!(in_vain, 2, "for as long as two pages look nothing was done: {pages:?}");
}

async fn what_was_done_is_told_oldest_first_without_an_end(store: Store) {
    let (room, mo) = (event(&store).await.room, ParticipantId::random());
    let log: Vec<_> = (1..=20_100).map(|seq| update(room, seq, mo, UpdateBody::Unpinned)).collect();
    for some in log.chunks(5_000) {
        store.append(some).await.unwrap();
    }
    let (mut told, mut behind) = (Vec::new(), Seq::START);
    while let Some((entries, last)) = store.acts_behind(room, View::Control, behind).await.unwrap() {
        told.extend(seqs(&entries));
        behind = last;
    }
    assert_eq!(told, (1..=20_100).collect::<Vec<_>>());
}

async fn what_its_author_removed_is_nobodys_act(store: Store) {
    let (room, vera, mo) = (event(&store).await.room, ParticipantId::random(), ParticipantId::random());
    let said = |seq| {
        let message = Message::new(MessageId::random(), (vera, "Vera".to_owned(), Role::Attendee), NOW, format!("word {seq}"));
        (message.id, update(room, seq, vera, UpdateBody::MessageSent { message }))
    };
    let ((own, first), (theirs, second)) = (said(1), said(2));
    let removed = |seq, by, message| update(room, seq, by, UpdateBody::MessageRemoved { message });
    store.append(&[first, second, removed(3, vera, own), removed(4, mo, theirs)]).await.unwrap();
    let page = store.audit(room, View::Control, None, 10).await.unwrap();
    assert_eq!((seqs(&page.entries), page.before), (vec![4], None));
    assert_eq!(page.entries[0].message.as_ref().map(|message| message.text.as_str()), Some("word 2"));
    let (behind, _) = store.acts_behind(room, View::Control, Seq::START).await.unwrap().unwrap();
    assert_eq!(seqs(&behind), [4]);
}

async fn what_is_reported_of_the_crew_is_told_to_those_alone_who_call_the_show(store: Store) {
    let (room, boss, mo) = (event(&store).await.room, ParticipantId::random(), ParticipantId::random());
    let reopened = |seq, about_crew| {
        let (id, name, reason) = (CommandId::random().into(), "Vera".to_owned(), "rude".to_owned());
        let (target, words) = (ReportTarget::Person { participant: mo }, "Mo".to_owned());
        let report = Report { id, name, at: NOW, target, reason, context: Vec::new(), words, about_crew };
        update(room, seq, boss, UpdateBody::ReportReopened { report })
    };
    let admitted = update(room, 3, boss, UpdateBody::Admitted { participants: vec![ParticipantId::random()] });
    store.append(&[reopened(1, true), reopened(2, false), admitted]).await.unwrap();
    for (view, told) in [(View::Control, vec![1, 2, 3]), (View::Moderators, vec![2, 3]), (View::Crew, vec![])] {
        let page = store.audit(room, view, None, 10).await.unwrap();
        assert_eq!(seqs(&page.entries), told.iter().rev().copied().collect::<Vec<_>>(), "{view:?}");
        let (behind, last) = store.acts_behind(room, view, Seq::START).await.unwrap().unwrap();
        assert_eq!((seqs(&behind), last), (told, Seq::new(3)), "{view:?}");
    }
}

async fn a_ban_that_nobody_of_the_room_lifted_is_told_and_no_time_out_that_ran_out(store: Store) {
    let created = event(&store).await;
    let (room, mo) = (created.room, ParticipantId::random());
    let vera = ParticipantId::random();
    let kept = |seq, sanction| {
        let sanctioned = Sanctioned { participant: vera, name: "Vera".to_owned(), sanction, at: NOW, by: mo, by_role: None };
        update(room, seq, mo, UpdateBody::Sanctioned { sanctioned })
    };
    let lifted = |seq, kind| {
        let body = UpdateBody::SanctionLifted { participant: vera, kind: Some(kind) };
        Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: NOW, by: None, body }), command: None }
    };
    let until = Sanction::TimedOut { until: Timestamp::from_micros(1) };
    let log = [
        kept(1, Sanction::Banned),
        kept(2, until),
        lifted(3, SanctionKind::TimedOut),
        lifted(4, SanctionKind::Banned),
        kept(5, until),
        lifted(6, SanctionKind::TimedOut),
    ];
    store.append(&log).await.unwrap();
    let page = store.audit(room, View::Moderators, None, 10).await.unwrap();
    assert_eq!(seqs(&page.entries), [5, 4, 2, 1]);
    assert_eq!((page.entries[1].update.by, page.entries[1].name.as_str()), (None, ""));
    assert_eq!(page.entries[1].people[0].participant, vera);
    let (behind, _) = store.acts_behind(room, View::Control, Seq::new(2)).await.unwrap().unwrap();
    assert_eq!(seqs(&behind), [4, 5]);
    let figures = store.room_figures([created.event]).await.unwrap();
    assert_eq!(figures.iter().map(|figures| figures.acts).collect::<Vec<_>>(), [4], "as many are counted as are told");
}

#[expect(clippy::too_many_lines, reason = "one line an act")]
async fn what_is_done_with_questions_polls_and_hands_is_told_once_and_nothing_that_is_ones_own(store: Store) {
    let created = event(&store).await;
    let (room, mo, vera, walt) = (created.room, ParticipantId::random(), ParticipantId::random(), ParticipantId::random());
    let member = |participant| CrewMember {
        participant,
        name: "Vera".to_owned(),
        role: Role::Attendee,
        sending: Sending::default(),
        device: None,
    };
    let raised = |participant, note: String| UpdateBody::HandRaised {
        hand: RaisedHand { participant, name: "Vera".to_owned(), note, at: NOW },
    };
    let lowered = |participant| UpdateBody::HandLowered { participant };
    let left = |participant| UpdateBody::CrewLeft { participant };
    let opened = UpdateBody::QuestionOpened {
        question: Question {
            id: AskedId::random(),
            author: None,
            text: "Why?".to_owned(),
            at: NOW,
            standing: Standing::Open,
            votes: 0,
        },
    };
    let sanction = |participant| {
        let (name, sanction) = ("Walt".to_owned(), Sanction::Muted);
        UpdateBody::Sanctioned { sanctioned: Sanctioned { participant, name, sanction, at: NOW, by: mo, by_role: None } }
    };
    let stopped = UpdateBody::RulesSet { rules: RoomRules::default(), before_stop: Some(RoomRules::default()) };
    // Each row is one moment.
    let moments = [
        vec![(mo, opened, true)],
        vec![(mo, UpdateBody::PollDropped { poll: PollId::random() }, true)],
        vec![(vera, raised(vera, format!("\"participant\":\"{mo}\"")), false)],
        vec![(mo, lowered(vera), true)],
        vec![(mo, raised(vera, String::new()), true)],
        vec![(vera, lowered(vera), false)],
        vec![(vera, raised(vera, String::new()), false)],
        vec![(mo, lowered(vera), false), (mo, UpdateBody::CrewArrived { member: member(vera) }, true)],
        vec![(mo, left(vera), true)],
        vec![(vera, left(vera), false)],
        vec![(mo, UpdateBody::CrewArrived { member: member(mo) }, false)],
        vec![(mo, sanction(walt), true), (mo, lowered(walt), false), (mo, left(walt), false)],
        vec![(mo, stopped, true), (mo, lowered(vera), false), (mo, lowered(walt), false), (mo, left(vera), false)],
    ];
    let (mut log, mut told) = (Vec::new(), Vec::new());
    for (moment, entries) in (1..).zip(moments) {
        for (by, body, is_act) in entries {
            let seq = Seq::new(log.len() as u64 + 1);
            told.extend(is_act.then_some(seq.number()));
            let update = Update { room, seq, at: Timestamp::from_micros(moment), by: Some(by), body };
            log.push(Entry { update: Arc::new(update), command: None });
        }
    }
    store.append(&log).await.unwrap();
    let (acts, _) = store.acts_behind(room, View::Moderators, Seq::START).await.unwrap().unwrap();
    assert_eq!(seqs(&acts), told);
    let named: Vec<_> = acts.iter().filter_map(|act| act.people.first().map(|person| person.participant)).collect();
    assert_eq!(named, [vera; 4], "whose hand it is, and who is on stage");
    let figures = store.room_figures([created.event]).await.unwrap();
    assert_eq!(figures.iter().map(|figures| figures.acts).collect::<Vec<_>>(), [u32::try_from(told.len()).unwrap()]);
}
