package dev.ringback.notify;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.PatternMatchUtils;

/// How hard Ringback tries to make a device ring.
///
/// @param repeatAfter a device that has not acknowledged its ring by then is pushed again, at most twice
/// @param policy `parallel`: sockets and pushes at once. `online-first`: who has a socket open is pushed only if no device
///        says in time that it rings
/// @param escalateAfter how long `online-first` waits for a device to say so
/// @param classes users for whom another policy holds; of several the first
@ConfigurationProperties("ringback.delivery")
record DeliverySettings(@DefaultValue("4s") Duration repeatAfter, @DefaultValue("parallel") DeliveryPolicy policy,
        @DefaultValue("1500ms") Duration escalateAfter, @DefaultValue List<UserClass> classes) {

    DeliverySettings {
        if (!repeatAfter.isPositive()) {
            throw new IllegalArgumentException("ringback.delivery.repeat-after must be longer than nothing");
        }
        if (!escalateAfter.isPositive()) {
            throw new IllegalArgumentException("ringback.delivery.escalate-after must be longer than nothing");
        }
        classes = List.copyOf(classes);
    }

    /// Some of the users.
    ///
    /// @param users their ids, or patterns of them: `agent-*`
    /// @param policy how they are told of a ring
    record UserClass(List<String> users, DeliveryPolicy policy) {

        UserClass {
            users = List.copyOf(users);
            if (users.isEmpty()) {
                throw new IllegalArgumentException("ringback.delivery.classes[].users must name users");
            }
        }

        private boolean holds(String userId) {
            return users.stream().anyMatch(pattern -> PatternMatchUtils.simpleMatch(pattern, userId));
        }
    }

    /// What holds for this user.
    DeliveryPolicy policyOf(String userId) {
        return classes.stream()
                .filter(users -> users.holds(userId))
                .findFirst()
                .map(UserClass::policy)
                .orElse(policy);
    }

    /// Whether it holds for anybody.
    boolean uses(DeliveryPolicy wanted) {
        return policy == wanted || classes.stream().anyMatch(users -> users.policy() == wanted);
    }
}
