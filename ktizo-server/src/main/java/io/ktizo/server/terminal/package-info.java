/** Whether a person looks at what a command writes; for all commands. Knows nothing else. */
@NullMarked
package io.ktizo.server.terminal;

import org.jspecify.annotations.NullMarked;
