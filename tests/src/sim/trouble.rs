//! What goes wrong by itself: connections are cut, clocks are set, servers are killed.

use super::world::{Event, SECOND, World};

impl World {
    pub(super) fn trouble(&mut self) {
        if !self.is_troubled() {
            return;
        }
        let next = self.now + self.chance.within(100_000..2 * SECOND);
        self.at(next, Event::Trouble);
        match self.chance.within(0..20) {
            0 => self.kill(),
            1 => self.skew += 3_600_000_000 * if self.chance.permille(500) { 1 } else { -1 },
            _ => {
                let standing: Vec<_> = self.connections.iter().filter(|(_, way)| way.stands).map(|(id, _)| *id).collect();
                let at = usize::try_from(self.chance.within(0..standing.len().max(1) as u64)).unwrap_or(0);
                if let Some(connection) = standing.get(at) {
                    self.course.cuts += 1;
                    self.cut(*connection);
                }
            }
        }
    }

    /// kill -9: what was on its way to the disk is there or not; nothing else is left.
    fn kill(&mut self) {
        if self.house.take().is_none() {
            return;
        }
        self.course.kills += 1;
        self.life += 1;
        let under_way: Vec<u64> =
            self.what.iter().filter(|(_, event)| matches!(event, Event::Committed(..))).map(|(number, _)| *number).collect();
        for number in under_way {
            if let Some(Event::Committed(life, turn, _)) = self.what.remove(&number)
                && life + 1 == self.life
                && self.chance.permille(500)
            {
                self.store.extend(turn.rows);
            }
        }
        let standing: Vec<_> = self.connections.iter().filter(|(_, way)| way.stands).map(|(id, _)| *id).collect();
        for connection in standing {
            if let Some(way) = self.connections.get_mut(&connection) {
                way.stands = false;
                let client = way.client;
                let notices = self.now + self.chance.within(0..SECOND);
                self.at(notices, Event::Lost(client, connection));
            }
        }
        let again = self.now + self.chance.within(50_000..2 * SECOND);
        self.at(again, Event::Restart);
    }
}
