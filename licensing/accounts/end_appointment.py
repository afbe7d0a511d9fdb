"""An appointment ends: after its last day the person may no longer sign."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from config.unit_of_work import Work
from licensing.accounts.errors import AppointmentNotFound
from licensing.accounts.events import AppointmentCutShort
from licensing.accounts.models import Appointment
from licensing.accounts.rules import check_period


def end_appointment(work: Work, appointment_id: UUID, last_day: date) -> Appointment:
    """Set the last day of an appointment; waits for a signature that is being made under it.

    Raises `AppointmentNotFound`; `PeriodBackwards` for a day before the first.
    """
    appointment = work.session.get(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    if appointment is None:
        raise AppointmentNotFound("There is no such appointment.")
    check_period(appointment.starts_on, last_day)
    appointment.ends_on = last_day
    work.record(AppointmentCutShort(appointment.id, last_day))
    return appointment
