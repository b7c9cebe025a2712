/// What operators watch: how many calls end how, how soon they ring and are answered, whether deadlines are kept. Few labels with
/// few values; nobody's id is one.
@ApplicationModule(allowedDependencies = {"call", "notify"})
@NullMarked
package dev.ringback.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
