from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("signup/", views.SignUpView.as_view(), name="signup"),
    path("devices/", views.DevicesView.as_view(), name="devices"),
    path("devices/<str:pk>/end/", views.DeviceEndView.as_view(), name="device-end"),
    path("profile/", views.ProfileView.as_view(), name="profile"),
    path("email/<str:key>/<str:token>/", views.EmailConfirmView.as_view(), name="email-confirm"),
    path("preferences/", views.PreferencesView.as_view(), name="preferences"),
    path("password/", views.PasswordChangeView.as_view(), name="password-change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password-reset"),
    path(
        "password/reset/sent/",
        auth.PasswordResetDoneView.as_view(template_name="accounts/password_reset_sent.html"),
        name="password-reset-sent",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(
            template_name="accounts/password_reset_confirm.html", success_url=reverse_lazy("accounts:login")
        ),
        name="password-reset-confirm",
    ),
]
