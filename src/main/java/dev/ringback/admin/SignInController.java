package dev.ringback.admin;

import dev.ringback.identity.AdminSignIn;
import dev.ringback.identity.ClientAddresses;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Lets in whoever knows the admin page's password.
@RestController
@Tag(name = "Admin", description = "Where ringback.admin is set; for server tokens and for the page's own")
class SignInController {
    private static final int LONGEST = 500;

    private final AdminSignIn signIn;
    private final ClientAddresses addresses;

    SignInController(AdminSignIn signIn, ClientAddresses addresses) {
        this.signIn = signIn;
        this.addresses = addresses;
    }

    @Operation(summary = "A token of the admin page for its password, good for 12 hours")
    @SecurityRequirements
    @PostMapping("/api/admin/sign-in")
    AdminSignIn.SignedIn signIn(@RequestBody @Valid SignIn request, HttpServletRequest from) {
        return signIn.signIn(request.password(), addresses.of(from));
    }

    record SignIn(@NotNull @Size(max = LONGEST) String password) {
        @Override
        public String toString() {
            return "SignIn[***]";
        }
    }
}
