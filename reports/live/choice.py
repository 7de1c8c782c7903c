"""What a selection means for one reading: which queues, agents, calls and counts it shows."""

from callcenter.telephony.words import CONNECTED, IN_LINE
from reports.live.counts import Cell, Oddity
from reports.live.directory import AgentCard, Directory, QueueRules
from reports.live.reading import OpenCall, Reading
from reports.live.selection import Selection


class Choice:
    """A selection applied to a reading.

    Limited to some agents, it still shows all callers in the line: these agents will talk to them.
    """

    def __init__(self, reading: Reading, selection: Selection) -> None:
        self.reading = reading
        self.selection = selection
        self.queues = {
            queue.id: queue for queue in self.directory.queues.values() if self._is_chosen_queue(queue)
        }
        self.agents = {agent.id: agent for agent in self.directory.agents.values() if self._is_chosen(agent)}
        self.sessions = [session for session in reading.sessions if session.agent in self.agents]
        self.calls = [call for call in reading.calls if self._shows_call(call)]
        self.waiting = [call for call in self.calls if call.state in IN_LINE]

    @property
    def directory(self) -> Directory:
        """The names."""
        return self.reading.directory

    @property
    def is_by_people(self) -> bool:
        """Whether it is limited to some agents."""
        return self.selection.is_by_people

    @property
    def hides_menu(self) -> bool:
        """Whether callers in the menu fall out: they have no queue and no agent yet."""
        return bool(self.selection.queues) or self.is_by_people

    def shows_queue(self, queue: int | None) -> bool:
        """Whether calls of this queue (None: of no queue) belong to the choice."""
        return queue in self.queues if self.selection.queues else True

    def shows_cell(self, cell: Cell) -> bool:
        """Whether a count belongs to the choice."""
        return self.shows_queue(cell.queue) and (not self.is_by_people or self._is_of_people(cell))

    def shows_odd(self, odd: Oddity) -> bool:
        """Whether an over-long or over-short call belongs to the choice."""
        return self.shows_queue(odd.queue) and (not self.is_by_people or odd.agent in self.agents)

    def _is_chosen_queue(self, queue: QueueRules) -> bool:
        return queue.called.code in self.selection.queues if self.selection.queues else queue.is_active

    def _is_chosen(self, agent: AgentCard) -> bool:
        teams, centre = self.selection.teams, self.selection.centre
        if (teams and agent.team not in teams) or (centre and agent.centre != centre):
            return False
        if not self.selection.queues:
            return True
        return any(queue.can_be_served_by(agent.skills) for queue in self.queues.values())

    def _shows_call(self, call: OpenCall) -> bool:
        if not self.shows_queue(call.queue):
            return False
        return not (self.is_by_people and call.state in CONNECTED) or call.agent in self.agents

    def _is_of_people(self, cell: Cell) -> bool:
        team = self.directory.team_ids.get(cell.team or 0, "")
        if not team or (self.selection.teams and team not in self.selection.teams):
            return False
        return not self.selection.centre or self.directory.team_centres[team] == self.selection.centre
