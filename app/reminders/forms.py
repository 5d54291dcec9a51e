"""What comes back from the page behind a mail. The link's token stands for the person."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from app.accounts.addresses import LONGEST, clean_email
from app.accounts.forms.numbers import FrenchDecimalField
from app.accounts.typed import stripped
from app.initiatives.forms.notes import offer_readers
from app.initiatives.services.notes import LONGEST_NOTE
from app.plans.forms.fields import sensible_day
from app.plans.kinds import BarrierKind
from app.reminders.kinds import Addition, Answer, Wish
from app.reminders.labels import BARRIERS
from app.reminders.schedule.policy import Patience, Policy
from app.reminders.services.answering import Given
from app.reminders.services.choosing import FARTHEST, LONGEST_GAP, PATIENCE
from app.reminders.services.passing import Receiver

MOST = 10**12


class AnswerForm(FlaskForm):
    """One answer to one step; `vue` is the date that the page showed, `etat` the step's version."""

    class Meta:
        """No cookie, hence nothing to forge."""

        csrf = False

    etape = StringField(validators=[Length(min=1, max=16)])
    reponse = SelectField(choices=[SelectChoice(answer.value, answer.value) for answer in Answer])
    vue = DateField(validators=[Optional()])
    etat = IntegerField(validators=[Optional()])
    date = DateField(_l("Nouvelle date"), [Optional(), sensible_day])
    frein = SelectField(
        _l("Qu’est-ce qui coince ?"),
        choices=[SelectChoice(kind.value, words) for kind, words in BARRIERS.items()],
        validators=[Optional()],
        default=BarrierKind.ORGANISATION.value,
    )
    mot = StringField(_l("Un mot, si vous voulez"), [Length(max=400)])
    qui = StringField(_l("Votre nom"), [Length(max=120)])
    nouvelles = DateField(_l("Prochaines nouvelles le"), [Optional(), sensible_day])
    collegue = StringField(_l("À qui ?"), [Length(max=16)])
    nom = StringField(_l("Son nom"), [Length(max=120)])
    adresse = StringField(_l("Son adresse e-mail"), [Length(max=LONGEST)])

    @property
    def to(self) -> Receiver:
        """A colleague chosen, or the name and the address typed in their place."""
        if chosen := stripped(self.collegue.data):
            return Receiver(chosen)
        return Receiver(None, stripped(self.nom.data), clean_email(self.adresse.data or ""))

    @property
    def given(self) -> Given:
        return Given(
            answer=Answer(self.reponse.data),
            seen=self.vue.data,
            seen_version=self.etat.data,
            due_on=self.date.data,
            barrier=BarrierKind(self.frein.data) if self.frein.data else None,
            note=self.mot.data or None,
            news_on=self.nouvelles.data,
            to=self.to,
        )


class AddingForm(FlaskForm):
    """A word, a figure or a file for one step; whoever only looked sends none of them."""

    class Meta:
        """No cookie, hence nothing to forge."""

        csrf = False

    etape = StringField(validators=[Length(min=1, max=16)])
    ajout = SelectField(choices=[SelectChoice(one.value, one.value) for one in Addition])
    qui = StringField(validators=[Length(max=120)])
    message = TextAreaField(_l("Votre mot"), [Length(max=4000)])
    indicateur = StringField(validators=[Length(max=16)])
    valeur = FrenchDecimalField(
        _l("Le chiffre"), [Optional(), NumberRange(min=0, max=MOST)], places=3
    )
    annee = IntegerField(_l("Pour l’année"), [Optional(), NumberRange(2000, 2100)])
    fichier = FileField(_l("Le fichier"))


class WishForm(FlaskForm):
    """Which mails somebody wants, from a link; without a choice, none: a mail client's click."""

    class Meta:
        """No cookie, hence nothing to forge."""

        csrf = False

    choix = StringField(validators=[Optional(), AnyOf([wish.value for wish in Wish])])
    jusquau = DateField(_l("Rien avant le"), [Optional(), sensible_day])
    retour = StringField()

    @property
    def wish(self) -> Wish:
        if self.retour.data == "1":
            return Wish.BACK
        return Wish(self.choix.data or Wish.OFF.value)


class PauseForm(FlaskForm):
    """« Suspendre tout », until a day or until it is lifted."""

    until = DateField(_l("Aucun message avant le"), [Optional()])


@dataclass(frozen=True)
class RefusedDay:
    """A day that was not taken: for whom or what (a public id), as it was typed, and why."""

    of: str
    typed: str
    why: str


class UntilForm(FlaskForm):
    """Left in peace until a day."""

    class Meta:
        """Several of them on a page, which has its own token."""

        csrf = False

    until = DateField(_l("Reprise le"), [InputRequired()])


class PolicyForm(FlaskForm):
    """How one audience is spoken to; an empty number means that this message is not sent."""

    class Meta:
        """Two of them on a page, which has its own token."""

        csrf = False

    before_days = IntegerField(
        _l("Premier rappel, jours avant la date"), [Optional(), NumberRange(2, FARTHEST)]
    )
    eve = BooleanField(_l("Rappel la veille, si le premier est resté sans réponse"))
    after_days = IntegerField(
        _l("Relance, jours après la date"), [Optional(), NumberRange(1, FARTHEST)]
    )
    milestone_days = IntegerField(
        _l("Annonce d’un jalon, jours avant"), [Optional(), NumberRange(2, FARTHEST)]
    )
    gap = IntegerField(
        _l("Jours entre deux courriels"),
        [InputRequired(), NumberRange(1, LONGEST_GAP)],
    )
    weekly = BooleanField(
        _l("Après la relance, un point chaque lundi tant que l’étape est ouverte")
    )

    @property
    def policy(self) -> Policy:
        return Policy(
            before_days=self.before_days.data,
            eve=self.eve.data,
            after_days=self.after_days.data,
            milestone_days=self.milestone_days.data,
            gap=self.gap.data,
            weekly=self.weekly.data,
        )


class PatienceForm(FlaskForm):
    """How long the follow-up waits; an empty number means that it is not used."""

    class Meta:
        """On a page with other forms, which has its own token."""

        csrf = False

    silent_days = IntegerField(
        _l("Projet sans nouvelles, en jours"),
        [Optional(), NumberRange(*PATIENCE["silent_days"])],
    )
    blocked_days = IntegerField(
        _l("Étape bloquée, en jours"), [Optional(), NumberRange(*PATIENCE["blocked_days"])]
    )
    unanswered_days = IntegerField(
        _l("Relance sans réponse, en jours"),
        [Optional(), NumberRange(*PATIENCE["unanswered_days"])],
    )
    fresh_days = IntegerField(
        _l("Répit d’une étape créée ou déplacée, en jours"),
        [Optional(), NumberRange(*PATIENCE["fresh_days"])],
    )

    @property
    def patience(self) -> Patience:
        return Patience(
            silent_days=self.silent_days.data,
            blocked_days=self.blocked_days.data,
            unanswered_days=self.unanswered_days.data,
            fresh_days=self.fresh_days.data,
        )


class CallForm(FlaskForm):
    """What was said on the telephone; each step's answer stands beside it."""

    body = TextAreaField(_l("Ce qui s’est dit"), [Optional(), Length(max=LONGEST_NOTE)])
    visibility = RadioField(_l("Qui lira cette note ?"))

    def offer(self, *, has_organisation: bool) -> None:
        offer_readers(self.visibility, has_organisation=has_organisation)


class SuperiorForm(FlaskForm):
    """What is written to somebody of an organisation, as it will leave."""

    body = TextAreaField(
        _l("Votre message"),
        [InputRequired(_l("Écrivez d’abord votre message.")), Length(max=LONGEST_NOTE)],
    )
