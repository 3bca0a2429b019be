from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView, UpdateView, View

from accounts.confirming import asked
from accounts.forms import PreferencesForm, ProfileForm, SignInForm, SignUpForm
from accounts.models import Session, Try
from accounts.signin import TooManyTries, address_of, count_try, forget_tries, keys

BACKEND = "accounts.backends.PasswordBackend"


class LoginView(views.LoginView):
    form_class = SignInForm
    template_name = "accounts/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sign_up_open=settings.SIGN_UP_OPEN, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Too many tries: the form again, with what was typed, and the time to wait."""
        try:
            return super().post(request, *args, **kwargs)
        except TooManyTries as error:
            form = self.get_form_class()(request, initial={"username": request.POST.get("username", "")})
            response = self.render_to_response(self.get_context_data(form=form, refused=str(error)), status=429)
            response.headers["Retry-After"] = str(error.retry_after)
            return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class SignUpView(FormView):
    """Makes an account with the role of new people, and signs in."""

    form_class = SignUpForm
    template_name = "accounts/signup.html"
    success_url = reverse_lazy("desk:my-day")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return redirect("desk:my-day")
        if not settings.SIGN_UP_OPEN:
            raise PermissionDenied(_("New accounts are made by an administrator here."))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        with transaction.atomic():
            user = form.save()
            user.groups.add(*Group.objects.filter(name=settings.SIGN_UP_ROLE))
        login(self.request, user, backend=BACKEND)
        messages.success(self.request, _("Welcome, %s.") % user)
        return super().form_valid(form)


class PasswordChangeView(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:profile")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A door that takes a password, so its tries are counted as at the others."""
        account, *others = keys(str(request.user.pk), request)
        counted = count_try(Try.objects, [account, *others])
        response = super().post(request, *args, **kwargs)
        form = getattr(response, "context_data", {}).get("form")
        if form is None or "old_password" not in form.errors:
            forget_tries(Try.objects, account, counted)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed. All your other sessions have ended."))
        return super().form_valid(form)


class PasswordResetView(views.PasswordResetView):
    """The same answer for known and unknown addresses. Counted: each mail costs somebody's attention."""

    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/password_reset_email.txt"
    subject_template_name = "accounts/password_reset_subject.txt"
    success_url = reverse_lazy("accounts:password-reset-sent")

    def form_valid(self, form: Any) -> HttpResponse:
        count_try(Try.objects, [f"reset:{address_of(self.request)}", f"reset:{form.cleaned_data['email'].casefold()}"])
        return super().form_valid(form)


@method_decorator([login_not_required, never_cache], name="dispatch")
class EmailConfirmView(View):
    """Where the link of a mail leads. By a button: programs that look into mail open links, and press none."""

    def get(self, request: HttpRequest, key: str, token: str) -> HttpResponse:
        whose = asked(key, token)
        return render(request, "accounts/email_confirm.html", {"whose": whose}, status=200 if whose else 410)

    def post(self, request: HttpRequest, key: str, token: str) -> HttpResponse:
        whose = asked(key, token)
        if whose is None:
            return self.get(request, key, token)
        whose.confirmed_email = whose.email
        whose.save(update_fields=["confirmed_email", "updated_at"])
        messages.success(request, _("Thank you. %s is confirmed.") % whose.email)
        return HttpResponseRedirect(reverse("desk:my-day"), status=303)


class DevicesView(ListView):
    """The programs and phones that are signed in as oneself, by their tokens: where and when each was last used."""

    template_name = "accounts/devices.html"
    context_object_name = "sessions"
    paginate_by = 100

    def get_queryset(self) -> Any:
        return Session.objects.alive().filter(user=self.request.user)


class DeviceEndView(View):
    """Ends one of one's own sessions: its token is refused from the next request on."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        session = get_object_or_404(Session.objects.alive().filter(user=request.user), pk=pk)
        session.delete()
        messages.success(request, _("%s is signed out.") % (session.name or _("The program")))
        return redirect("accounts:devices")


class ProfileView(UpdateView):
    form_class = ProfileForm
    template_name = "accounts/profile.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: Any = None) -> Any:
        return self.request.user

    def form_valid(self, form: Any) -> HttpResponse:
        form.instance.save(update_fields=[*form.changed_data, "updated_at"])
        if form.instance.language:
            translation.activate(form.instance.language)  # said in the language that was just chosen
        messages.success(self.request, _("Your profile is saved."))
        return redirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PreferencesView(views.RedirectURLMixin, View):
    """Some of the preferences, from wherever one is; back to there."""

    next_page = "accounts:profile"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(request.POST, instance=request.user).only(set(request.POST))
        if form.is_valid():
            form.instance.save(update_fields=[*form.changed_data, "updated_at"])
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return HttpResponseRedirect(self.get_success_url(), status=303)
