//! A whole run: a crowd comes, talks, is cut and comes back, and what it met is told.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{
    crowd::Crowd,
    options::{Options, Plan},
    orders::{Joined, add_troubles},
    progress::Progress,
    report::{About, Joining, Report, Storm, Talking, text::grouped},
    target::Target,
    trouble::Trouble,
};

/// They talk for so long around a storm: it begins with it, and who is back early hears something new.
const TALK_AROUND_STORM: Duration = Duration::from_secs(10);

/// Does what was asked for, and tells of it. An error where nothing could be measured.
pub async fn run(options: &Options) -> Result<Report> {
    let plan = options.plan()?;
    let target = Target::find(&plan.invitation.server, plan.addresses).await?;
    let event = target.look_at_invite(&plan.invitation.secret).await?;
    let mut crowd = Crowd::start(&plan)?;
    crowd.timeline.progress = Progress::aloud(plan.clients());
    let mut troubles = Vec::new();

    let (people, joins) = (grouped(plan.clients().into()), grouped(options.joins.into()));
    crowd.timeline.progress.begins(&format!("{people} come to “{event}”, {joins} a second"));
    let began = Instant::now();
    let joined = crowd.gather(&plan)?;
    let took = began.elapsed();
    if joined.inside == 0 {
        bail!("nobody came in: {}", reason(&joined));
    }
    add_troubles(&mut troubles, joined.troubles.clone());
    let talking = talk(options, &mut crowd, joined.inside, &mut troubles)?;
    let storm = if options.storm { Some(storm(options, &mut crowd, &mut troubles)?) } else { None };
    let joining = Joining::new(plan.clients(), &joined, took);
    Ok(Report::new(about(options, &plan, event), joining, (talking, storm), troubles, crowd.timeline.points()))
}

fn about(options: &Options, plan: &Plan, event: String) -> About {
    About {
        server: plan.invitation.server.to_string(),
        event,
        clients: plan.clients(),
        processes: plan.processes.len(),
        joins_a_second: options.joins,
        messages_a_second: options.rate,
        seconds: options.seconds,
        at: chrono::Utc::now().format("%Y-%m-%d %H:%M UTC").to_string(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// Why nobody is in: what was met most often.
fn reason(joined: &Joined) -> String {
    let most = joined.troubles.iter().max_by_key(|(_, count)| *count);
    let told = |(trouble, _): &(Trouble, u64)| {
        let cure = trouble.cure().map(|cure| format!(" ({cure})"));
        format!("{trouble}{}", cure.unwrap_or_default())
    };
    most.map_or_else(|| "the server did not answer in time".to_owned(), told)
}

fn talk(options: &Options, crowd: &mut Crowd, inside: u32, troubles: &mut Vec<(Trouble, u64)>) -> Result<Option<Talking>> {
    if options.rate == 0 && options.reactions == 0 && options.votes.is_none() {
        return Ok(None);
    }
    crowd.timeline.progress.begins(&format!(
        "they say {} messages a second, for {} s",
        grouped(options.rate.into()),
        options.seconds
    ));
    let said = crowd.talk(options.pace(), Duration::from_secs(options.seconds.into()))?;
    let heard = crowd.settle(&said)?;
    add_troubles(troubles, said.troubles.clone());
    add_troubles(troubles, heard.troubles.clone());
    Ok(Some(Talking::new(&said, &heard, inside)))
}

fn storm(options: &Options, crowd: &mut Crowd, troubles: &mut Vec<(Trouble, u64)>) -> Result<Storm> {
    crowd.timeline.progress.begins("every connection is cut");
    let within = Duration::from_secs(options.within.into());
    let (back, said) = crowd.storm(options.pace(), TALK_AROUND_STORM, within)?;
    let heard = crowd.settle(&said)?;
    for met in [&back.troubles, &said.troubles, &heard.troubles] {
        add_troubles(troubles, met.clone());
    }
    Ok(Storm::new(&back, &said, &heard, options.within))
}
